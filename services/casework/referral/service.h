// The gRPC face of referrals.
#pragma once

#include "services/casework/shell/shell.h"
#include "throughline/casework/v1/referral_service.grpc.pb.h"

namespace throughline {

/// Safe from many threads; each call blocks its thread.
class ReferralService final : public casework::v1::ReferralService::Service {
  public:
    /// `shell` outlives this.
    explicit ReferralService(const Shell& shell);

    grpc::Status RaiseReferral(grpc::ServerContext* context, const casework::v1::RaiseReferralRequest* request,
                               casework::v1::RaiseReferralResponse* response) override;
    grpc::Status RecordPriorSupport(grpc::ServerContext* context,
                                    const casework::v1::RecordPriorSupportRequest* request,
                                    casework::v1::RecordPriorSupportResponse* response) override;
    grpc::Status GiveProfessionalView(grpc::ServerContext* context,
                                      const casework::v1::GiveProfessionalViewRequest* request,
                                      casework::v1::GiveProfessionalViewResponse* response) override;
    grpc::Status AcceptReferral(grpc::ServerContext* context, const casework::v1::AcceptReferralRequest* request,
                                casework::v1::AcceptReferralResponse* response) override;
    grpc::Status DeclineReferral(grpc::ServerContext* context, const casework::v1::DeclineReferralRequest* request,
                                 casework::v1::DeclineReferralResponse* response) override;

  private:
    const Shell& shell_;
};

}  // namespace throughline
