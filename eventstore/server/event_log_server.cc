// From requests to the log and back; the streams' own course is in record_stream.cc.
#include "eventstore/server/event_log_server.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "eventstore/server/correlation.h"
#include "eventstore/server/grpc_status.h"
#include "eventstore/server/record_stream.h"
#include "eventstore/server/requests.h"

namespace throughline {
namespace {

void Fill(const StreamPiece& piece, eventstore::v1::SubscribeResponse& message) {
    if (piece.position) message.set_position(ToUint64(*piece.position));
}

void Fill(const StreamPiece&, eventstore::v1::ReadResponse&) {}

/// Joins a RecordStream to gRPC's callbacks. Keeps itself alive until gRPC is done with it.
template <class Response>
class StreamReactor final : public grpc::ServerWriteReactor<Response>, public RecordStream {
  public:
    template <class... Arguments>
    static grpc::ServerWriteReactor<Response>* Start(grpc::CallbackServerContext& context, Arguments&&... arguments) {
        auto reactor = std::make_shared<StreamReactor>(context, std::forward<Arguments>(arguments)...);
        reactor->self_ = reactor;
        // So that a follower of a quiet log knows that it was let in.
        reactor->StartSendInitialMetadata();
        reactor->Begin();
        return reactor.get();
    }

    template <class... Arguments>
    explicit StreamReactor(grpc::CallbackServerContext& context, Arguments&&... arguments)
        : RecordStream(std::forward<Arguments>(arguments)...), context_(&context) {}

    void OnWriteDone(bool ok) override { Written(ok); }
    void OnCancel() override { Cancelled(); }
    void OnDone() override {
        {
            const std::lock_guard lock(context_mutex_);
            context_ = nullptr;
        }
        Left();
        self_.reset();
    }

  private:
    void Write(const StreamPiece& piece) override {
        message_.Clear();
        for (const StreamPiece::Item& item : piece.items) {
            eventstore::v1::ReadRecord& record = *message_.add_records();
            record.set_header(item.header);
            record.set_body(item.body);
            record.set_erased(item.erased);
        }
        Fill(piece, message_);
        this->StartWrite(&message_);
    }
    void End(const absl::Status& status) override { this->Finish(ToGrpcStatus(status)); }
    void Abort() override {
        const std::lock_guard lock(context_mutex_);
        if (context_ != nullptr) context_->TryCancel();
    }

    std::shared_ptr<StreamReactor> self_;
    std::mutex context_mutex_;  ///< Between cutting a call off and gRPC being done with it.
    grpc::CallbackServerContext* context_;
    Response message_;
};

/// A call that is refused before it begins.
template <class Response>
class Refusal final : public grpc::ServerWriteReactor<Response> {
  public:
    explicit Refusal(const absl::Status& status) { this->Finish(ToGrpcStatus(status)); }
    void OnDone() override { delete this; }
};

}  // namespace

EventLogServer::EventLogServer(RecordLog& sealed, EventLog& log, const Clock& clock, const Gatekeeper& gatekeeper,
                               const Options& options)
    : sealed_(sealed),
      log_(log),
      clock_(clock),
      gatekeeper_(gatekeeper),
      options_(options),
      pool_(log, {.threads = options.reading_threads,
                  .streams_max = options.streams_max,
                  .watch_every = std::clamp(options.write_timeout / 4, std::chrono::milliseconds(10),
                                            std::chrono::milliseconds(250))}) {}

grpc::Status EventLogServer::Append(grpc::ServerContext* context, const eventstore::v1::AppendRequest* request,
                                    eventstore::v1::AppendResponse* response) {
    const absl::StatusOr<Caller> caller = gatekeeper_.Admit(*context, Permission::kAppend);
    if (!caller.ok()) return ToGrpcStatus(caller.status());
    const absl::StatusOr<AppendInput> input = CheckAppend(*request, ToMicros(clock_.Now()) / 1'000);
    if (!input.ok()) return ToGrpcStatus(input.status());
    const CommandKey key{
        .caller = caller->id,
        .command = input->command,
        .request = "throughline.eventstore.v1.EventLogService/Append\n" + request->SerializeAsString()};
    const absl::StatusOr<Appended> appended = log_.Append(key, input->condition, input->events);
    if (!appended.ok()) return ToGrpcStatus(appended.status());
    TellCorrelation(*context, appended->headers);
    response->set_first_position(ToUint64(appended->first));
    response->set_last_position(ToUint64(appended->last));
    response->set_repeated(appended->repeated);
    return grpc::Status::OK;
}

grpc::Status EventLogServer::GetHead(grpc::ServerContext* context, const eventstore::v1::GetHeadRequest*,
                                     eventstore::v1::GetHeadResponse* response) {
    const absl::StatusOr<Caller> caller = gatekeeper_.Admit(*context, Permission::kRead);
    if (!caller.ok()) return ToGrpcStatus(caller.status());
    response->set_store_id(ToString(log_.StoreId()));
    response->set_records(ToUint64(log_.End()));
    response->set_synthetic(log_.Synthetic());
    return grpc::Status::OK;
}

grpc::ServerWriteReactor<eventstore::v1::ReadResponse>* EventLogServer::Read(
    grpc::CallbackServerContext* context, const eventstore::v1::ReadRequest* request) {
    using Response = eventstore::v1::ReadResponse;
    const absl::StatusOr<Caller> caller = gatekeeper_.Admit(*context, Permission::kRead);
    if (!caller.ok()) return new Refusal<Response>(caller.status());
    absl::StatusOr<Query> query = CheckQuery(request->query());
    if (!query.ok()) return new Refusal<Response>(query.status());
    StreamPlan plan;
    plan.read.query = *std::move(query);
    if (request->has_from()) plan.read.from = Position{request->from()};
    if (request->has_until()) plan.read.until = Position{request->until()};
    plan.read.backwards = request->backwards();
    plan.read.limit = request->limit();
    plan.sealed = request->sealed();
    plan.write_timeout = options_.write_timeout;
    // "Up to the present end": what is added while the reader reads does not keep it for ever.
    const std::uint64_t end = ToUint64(log_.End());
    if (!plan.read.backwards && end > 0) {
        plan.read.until = std::min(plan.read.until.value_or(Position{end - 1}), Position{end - 1});
    }
    return StreamReactor<Response>::Start(*context, pool_, sealed_, log_, std::move(plan));
}

grpc::ServerWriteReactor<eventstore::v1::SubscribeResponse>* EventLogServer::Subscribe(
    grpc::CallbackServerContext* context, const eventstore::v1::SubscribeRequest* request) {
    using Response = eventstore::v1::SubscribeResponse;
    const absl::StatusOr<Caller> caller = gatekeeper_.Admit(*context, Permission::kRead);
    if (!caller.ok()) return new Refusal<Response>(caller.status());
    absl::StatusOr<Query> query = CheckQuery(request->query());
    if (!query.ok()) return new Refusal<Response>(query.status());
    StreamPlan plan;
    plan.read.query = *std::move(query);
    if (request->has_from()) plan.read.from = Position{request->from()};
    plan.follow = true;
    plan.sealed = request->sealed();
    plan.write_timeout = options_.write_timeout;
    plan.news_every = options_.news_every;
    return StreamReactor<Response>::Start(*context, pool_, sealed_, log_, std::move(plan));
}

void EventLogServer::StopStreams() {
    pool_.Stop();
}

std::size_t EventLogServer::streams() {
    return pool_.size();
}

}  // namespace throughline
