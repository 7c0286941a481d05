// How the service is, over gRPC, for operators.
#pragma once

#include <functional>
#include <vector>

#include "eventstore/store/event_log.h"
#include "projections/runner/runner.h"
#include "services/auth/identity.h"
#include "services/views/deferred_call.h"
#include "services/views/workers.h"
#include "throughline/views/v1/status_service.grpc.pb.h"

namespace throughline {

/// What status is gathered from.
struct StatusSources {
    EventLog* log = nullptr;
    std::function<bool()> writable;  ///< False where the disk is too full to write.
    std::vector<Runner*> views;      ///< In the order in which they are shown; each can be rebuilt.
    /// What else follows the log, for example the publisher; shown after the views.
    std::vector<std::function<views::v1::FollowerStatus()>> others;
};

/// For operators only. Never blocks a thread of gRPC.
class StatusService final : public views::v1::StatusService::CallbackService {
  public:
    /// All outlive it, and the server is shut down before any of them goes.
    StatusService(const Authenticator& authenticator, StatusSources sources, Workers& workers);

    grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                        const views::v1::GetStatusRequest* request,
                                        views::v1::GetStatusResponse* response) override;

    grpc::ServerUnaryReactor* RebuildView(grpc::CallbackServerContext* context,
                                          const views::v1::RebuildViewRequest* request,
                                          views::v1::RebuildViewResponse* response) override;

  private:
    grpc::ServerUnaryReactor* ForOperator(const grpc::CallbackServerContext& context,
                                          std::function<absl::Status()> work);
    [[nodiscard]] absl::StatusOr<Runner*> Find(std::string_view view) const;

    const Authenticator& authenticator_;
    const StatusSources sources_;
    Workers& workers_;
};

}  // namespace throughline
