// The gRPC face of schools.
#pragma once

#include "services/casework/shell/shell.h"
#include "throughline/casework/v1/school_service.grpc.pb.h"

namespace throughline {

/// Safe from many threads; each call blocks its thread.
class SchoolService final : public casework::v1::SchoolService::Service {
  public:
    /// `shell` outlives this.
    explicit SchoolService(const Shell& shell);

    grpc::Status RegisterSchool(grpc::ServerContext* context, const casework::v1::RegisterSchoolRequest* request,
                                casework::v1::RegisterSchoolResponse* response) override;
    grpc::Status AddMemberOfStaff(grpc::ServerContext* context, const casework::v1::AddMemberOfStaffRequest* request,
                                  casework::v1::AddMemberOfStaffResponse* response) override;

  private:
    const Shell& shell_;
};

}  // namespace throughline
