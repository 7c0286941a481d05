// The gRPC face of corrections.
#pragma once

#include "services/casework/pupil/upn_links.h"
#include "services/casework/shell/shell.h"
#include "throughline/casework/v1/correction_service.grpc.pb.h"

namespace throughline {

/// Safe from many threads; each call blocks its thread.
class CorrectionService final : public casework::v1::CorrectionService::Service {
  public:
    /// `shell` and `links` outlive this.
    CorrectionService(const Shell& shell, UpnLinks& links);

    grpc::Status CorrectFact(grpc::ServerContext* context, const casework::v1::CorrectFactRequest* request,
                             casework::v1::CorrectFactResponse* response) override;
    grpc::Status AnnulFact(grpc::ServerContext* context, const casework::v1::AnnulFactRequest* request,
                           casework::v1::AnnulFactResponse* response) override;

  private:
    const Shell& shell_;
    UpnLinks& links_;
};

}  // namespace throughline
