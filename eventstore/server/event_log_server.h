// The log over gRPC: append under a condition, read by query, follow.
#pragma once

#include <chrono>
#include <cstddef>

#include "eventstore/base/clock.h"
#include "eventstore/base/limits.h"
#include "eventstore/server/gatekeeper.h"
#include "eventstore/server/stream_pool.h"
#include "eventstore/store/event_log.h"
#include "throughline/eventstore/v1/event_log_service.grpc.pb.h"

namespace throughline {

/// EventLogService. Append and GetHead run on gRPC's synchronous threads; Read and Subscribe are reactors that never
/// block, fed by a small pool. Destroy it after the gRPC server that it is registered with.
class EventLogServer final
    : public eventstore::v1::EventLogService::WithCallbackMethod_Read<
          eventstore::v1::EventLogService::WithCallbackMethod_Subscribe<eventstore::v1::EventLogService::Service>> {
  public:
    struct Options {
        std::size_t reading_threads = 2;
        std::size_t streams_max = limits::kSubscriptionsMax;
        std::chrono::milliseconds write_timeout{30'000};  ///< A message not taken for so long cuts its reader off.
        std::chrono::milliseconds news_every{1'000};
    };

    /// `sealed` and `log` are the same log, before and after opening. `clock` makes ids of events that come without.
    EventLogServer(RecordLog& sealed, EventLog& log, const Clock& clock, const Gatekeeper& gatekeeper,
                   const Options& options);

    grpc::Status Append(grpc::ServerContext* context, const eventstore::v1::AppendRequest* request,
                        eventstore::v1::AppendResponse* response) override;
    grpc::Status GetHead(grpc::ServerContext* context, const eventstore::v1::GetHeadRequest* request,
                         eventstore::v1::GetHeadResponse* response) override;
    grpc::ServerWriteReactor<eventstore::v1::ReadResponse>* Read(grpc::CallbackServerContext* context,
                                                                 const eventstore::v1::ReadRequest* request) override;
    grpc::ServerWriteReactor<eventstore::v1::SubscribeResponse>* Subscribe(
        grpc::CallbackServerContext* context, const eventstore::v1::SubscribeRequest* request) override;

    /// Ends all streams with UNAVAILABLE; call it before shutting the gRPC server down.
    void StopStreams();

    /// Streams that are open now.
    [[nodiscard]] std::size_t streams();

  private:
    RecordLog& sealed_;
    EventLog& log_;
    const Clock& clock_;
    const Gatekeeper& gatekeeper_;
    const Options options_;
    StreamPool pool_;
};

}  // namespace throughline
