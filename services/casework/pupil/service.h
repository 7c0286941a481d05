// The gRPC face of pupils.
#pragma once

#include "services/casework/pupil/upn_links.h"
#include "services/casework/shell/shell.h"
#include "throughline/casework/v1/pupil_service.grpc.pb.h"

namespace throughline {

/// Safe from many threads; each call blocks its thread.
class PupilService final : public casework::v1::PupilService::Service {
  public:
    /// `shell` and `links` outlive this.
    PupilService(const Shell& shell, UpnLinks& links);

    grpc::Status RegisterPupil(grpc::ServerContext* context, const casework::v1::RegisterPupilRequest* request,
                               casework::v1::RegisterPupilResponse* response) override;

  private:
    const Shell& shell_;
    UpnLinks& links_;
};

}  // namespace throughline
