// Hands each command to the shell.
#include "services/casework/provision/service.h"

#include "services/casework/provision/decide.h"
#include "services/casework/provision/evolve.h"
#include "services/casework/provision/request.h"
#include "services/casework/shell/run_command.h"

namespace throughline {

ProvisionService::ProvisionService(const Shell& shell) : shell_(shell) {}

grpc::Status ProvisionService::OpenProvision(grpc::ServerContext* context,
                                             const casework::v1::OpenProvisionRequest* request,
                                             casework::v1::OpenProvisionResponse* response) {
    return RunCommand<ProvisionState>(shell_, *context, *request, *response);
}

grpc::Status ProvisionService::AddStrand(grpc::ServerContext* context, const casework::v1::AddStrandRequest* request,
                                         casework::v1::AddStrandResponse* response) {
    return RunCommand<ProvisionState>(shell_, *context, *request, *response);
}

grpc::Status ProvisionService::SetReferralCriteria(grpc::ServerContext* context,
                                                   const casework::v1::SetReferralCriteriaRequest* request,
                                                   casework::v1::SetReferralCriteriaResponse* response) {
    return RunCommand<ProvisionState>(shell_, *context, *request, *response);
}

grpc::Status ProvisionService::SetOperatingModel(grpc::ServerContext* context,
                                                 const casework::v1::SetOperatingModelRequest* request,
                                                 casework::v1::SetOperatingModelResponse* response) {
    return RunCommand<ProvisionState>(shell_, *context, *request, *response);
}

}  // namespace throughline
