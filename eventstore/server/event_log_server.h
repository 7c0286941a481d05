// The log over gRPC: append under a condition, read by query, follow.
#pragma once

#include <chrono>
#include <cstddef>

#include "eventstore/base/clock.h"
#include "eventstore/base/limits.h"
#include "eventstore/server/gatekeeper.h"
#include "eventstore/server/record_stream.h"
#include "eventstore/server/stream_pool.h"
#include "eventstore/store/event_log.h"
#include "throughline/eventstore/v1/event_log_service.grpc.pb.h"

namespace throughline {

namespace internal {
using EventLogService = eventstore::v1::EventLogService;
using EventLogMethods = EventLogService::WithRawCallbackMethod_Append<
    EventLogService::WithRawCallbackMethod_Read<EventLogService::WithRawCallbackMethod_Subscribe<
        EventLogService::WithRawCallbackMethod_GetHead<EventLogService::Service>>>>;
}  // namespace internal

/// EventLogService, on gRPC's callbacks. Append hands its request on and is answered by the log, possibly after writing
/// a commit in the callback; Read and Subscribe are fed by a small pool, but for the beginning of a read whose places
/// the index names, as long as the disk's pages are in memory. All read and write their messages as bytes, once the
/// caller is let in. Destroy it after the gRPC server that it is registered with.
class EventLogServer final : public internal::EventLogMethods {
  public:
    struct Options {
        std::size_t reading_threads = 4;  ///< More than processors, since some wait for the disk.
        std::size_t streams_max = limits::kSubscriptionsMax;
        std::chrono::milliseconds write_timeout{30'000};  ///< A message not taken for so long cuts its reader off.
        std::chrono::milliseconds news_every{15'000};
        std::size_t message_bytes = 256 * 1024;  ///< Of one message of a stream, about; a reader holds two at most.
    };

    /// `sealed` and `log` are the same log, before and after opening. `clock` makes ids of events that come without.
    EventLogServer(RecordLog& sealed, EventLog& log, const Clock& clock, const Gatekeeper& gatekeeper,
                   const Options& options);

    grpc::ServerUnaryReactor* Append(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override;
    grpc::ServerUnaryReactor* GetHead(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
    grpc::ServerWriteReactor<grpc::ByteBuffer>* Read(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* bytes) override;
    grpc::ServerWriteReactor<grpc::ByteBuffer>* Subscribe(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* bytes) override;

    /// Ends all streams with UNAVAILABLE; call it before shutting the gRPC server down.
    void StopStreams();

    /// Streams that are open now.
    [[nodiscard]] std::size_t streams();

  private:
    /// Not OK: the call is refused, and nothing else finishes it.
    [[nodiscard]] absl::Status BeginAppend(grpc::CallbackServerContext& context, const grpc::ByteBuffer& bytes,
                                           grpc::ByteBuffer& response, grpc::ServerUnaryReactor& reactor);
    /// What Read and Subscribe have in common.
    template <class Request>
    [[nodiscard]] absl::StatusOr<StreamPlan> Plan(const grpc::CallbackServerContext& context,
                                                  const grpc::ByteBuffer& bytes, Request& request);

    RecordLog& sealed_;
    EventLog& log_;
    const Clock& clock_;
    const Gatekeeper& gatekeeper_;
    const Options options_;
    StreamPool pool_;
};

}  // namespace throughline
