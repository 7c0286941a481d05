// The chronology over gRPC: who asks, wait for the view without a thread, answer from a small pool.
#pragma once

#include "projections/runner/runner.h"
#include "services/auth/identity.h"
#include "services/views/chronology_query.h"
#include "services/views/deferred_call.h"
#include "services/views/workers.h"
#include "throughline/views/v1/chronology_service.grpc.pb.h"

namespace throughline {

/// Never blocks a thread of gRPC. A caller with a consistency token waits for the view at most to the deadline of the
/// call, or ten seconds where it has none, or a minute; then DEADLINE_EXCEEDED says how far the view has come.
class ChronologyService final : public views::v1::ChronologyService::CallbackService {
  public:
    /// All outlive it, and the server is shut down before any of them goes.
    ChronologyService(const Authenticator& authenticator, const ChronologyQuery& query, Runner& runner,
                      Workers& workers);

    grpc::ServerUnaryReactor* GetChronology(grpc::CallbackServerContext* context,
                                            const views::v1::GetChronologyRequest* request,
                                            views::v1::GetChronologyResponse* response) override;

    grpc::ServerUnaryReactor* FindPupil(grpc::CallbackServerContext* context,
                                        const views::v1::FindPupilRequest* request,
                                        views::v1::FindPupilResponse* response) override;

  private:
    void Work(DeferredCall* call, std::function<absl::Status()> work);

    const Authenticator& authenticator_;
    const ChronologyQuery& query_;
    Runner& runner_;
    Workers& workers_;
};

}  // namespace throughline
