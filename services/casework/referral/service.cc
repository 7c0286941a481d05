// Hands each command to the shell.
#include "services/casework/referral/service.h"

#include "services/casework/referral/decide.h"
#include "services/casework/referral/evolve.h"
#include "services/casework/referral/request.h"
#include "services/casework/shell/run_command.h"

namespace throughline {

ReferralService::ReferralService(const Shell& shell) : shell_(shell) {}

grpc::Status ReferralService::RaiseReferral(grpc::ServerContext* context,
                                            const casework::v1::RaiseReferralRequest* request,
                                            casework::v1::RaiseReferralResponse* response) {
    return RunCommand<ReferralState>(shell_, *context, *request, *response);
}

grpc::Status ReferralService::RecordPriorSupport(grpc::ServerContext* context,
                                                 const casework::v1::RecordPriorSupportRequest* request,
                                                 casework::v1::RecordPriorSupportResponse* response) {
    return RunCommand<ReferralState>(shell_, *context, *request, *response);
}

grpc::Status ReferralService::GiveProfessionalView(grpc::ServerContext* context,
                                                   const casework::v1::GiveProfessionalViewRequest* request,
                                                   casework::v1::GiveProfessionalViewResponse* response) {
    return RunCommand<ReferralState>(shell_, *context, *request, *response);
}

grpc::Status ReferralService::AcceptReferral(grpc::ServerContext* context,
                                             const casework::v1::AcceptReferralRequest* request,
                                             casework::v1::AcceptReferralResponse* response) {
    return RunCommand<ReferralState>(shell_, *context, *request, *response);
}

grpc::Status ReferralService::DeclineReferral(grpc::ServerContext* context,
                                              const casework::v1::DeclineReferralRequest* request,
                                              casework::v1::DeclineReferralResponse* response) {
    return RunCommand<ReferralState>(shell_, *context, *request, *response);
}

}  // namespace throughline
