// The gRPC face of provisions.
#pragma once

#include "services/casework/shell/shell.h"
#include "throughline/casework/v1/provision_service.grpc.pb.h"

namespace throughline {

/// Safe from many threads; each call blocks its thread.
class ProvisionService final : public casework::v1::ProvisionService::Service {
  public:
    /// `shell` outlives this.
    explicit ProvisionService(const Shell& shell);

    grpc::Status OpenProvision(grpc::ServerContext* context, const casework::v1::OpenProvisionRequest* request,
                               casework::v1::OpenProvisionResponse* response) override;
    grpc::Status AddStrand(grpc::ServerContext* context, const casework::v1::AddStrandRequest* request,
                           casework::v1::AddStrandResponse* response) override;
    grpc::Status SetReferralCriteria(grpc::ServerContext* context,
                                     const casework::v1::SetReferralCriteriaRequest* request,
                                     casework::v1::SetReferralCriteriaResponse* response) override;
    grpc::Status SetOperatingModel(grpc::ServerContext* context, const casework::v1::SetOperatingModelRequest* request,
                                   casework::v1::SetOperatingModelResponse* response) override;

  private:
    const Shell& shell_;
};

}  // namespace throughline
