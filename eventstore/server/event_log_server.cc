// From requests to the log and back; the streams' own course is in record_stream.cc.
#include "eventstore/server/event_log_server.h"

#include <algorithm>
#include <string>
#include <utility>

#include "eventstore/server/correlation.h"
#include "eventstore/server/grpc_status.h"
#include "eventstore/server/request_bytes.h"
#include "eventstore/server/requests.h"
#include "eventstore/server/stream_reactor.h"

namespace throughline {
namespace {

grpc::ByteBuffer AnswerOf(const Appended& appended) {
    eventstore::v1::AppendResponse response;
    response.set_first_position(ToUint64(appended.first));
    response.set_last_position(ToUint64(appended.last));
    response.set_repeated(appended.repeated);
    return ToByteBuffer(response.SerializeAsString());
}

/// Once an append is answered, nobody waits for the thread that gRPC says so on: it is lent to the log.
class AppendReactor final : public grpc::ServerUnaryReactor {
  public:
    explicit AppendReactor(EventLog& log) : log_(log) {}

    void OnDone() override {
        EventLog& log = log_;
        delete this;
        log.LendThread();
    }

    // OnDone is called where the answer was sent, instead of on a thread that is woken for it.
    bool InternalInlineable() override { return true; }

  private:
    EventLog& log_;
};

}  // namespace

EventLogServer::EventLogServer(RecordLog& sealed, EventLog& log, const Clock& clock, const Gatekeeper& gatekeeper,
                               const Options& options)
    : sealed_(sealed),
      log_(log),
      clock_(clock),
      gatekeeper_(gatekeeper),
      options_(options),
      pool_(sealed, {.threads = options.reading_threads,
                     .streams_max = options.streams_max,
                     .watch_every = std::clamp(options.write_timeout / 4, std::chrono::milliseconds(10),
                                               std::chrono::milliseconds(250))}) {}

grpc::ServerUnaryReactor* EventLogServer::Append(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response) {
    auto* const reactor = new AppendReactor(log_);
    if (absl::Status begun = BeginAppend(*context, *request, *response, *reactor); !begun.ok()) {
        reactor->Finish(ToGrpcStatus(begun));
    }
    return reactor;
}

absl::Status EventLogServer::BeginAppend(grpc::CallbackServerContext& context, const grpc::ByteBuffer& bytes,
                                         grpc::ByteBuffer& response, grpc::ServerUnaryReactor& reactor) {
    absl::StatusOr<Caller> caller = gatekeeper_.Admit(context, Permission::kAppend);
    if (!caller.ok()) return caller.status();
    absl::StatusOr<AppendInput> input = ReadAppend(bytes, ToMicros(clock_.Now()) / 1'000);
    if (!input.ok()) return input.status();
    const CommandKey key{
        .caller = std::move(caller->id), .command = input->command, .request = std::move(input->canonical)};
    log_.BeginAppend(key, input->condition, input->events, AnswerWith::kPositions,
                     [&context, &response, &reactor](const absl::StatusOr<Appended>& appended) {
                         if (!appended.ok()) return reactor.Finish(ToGrpcStatus(appended.status()));
                         TellCorrelation(context, appended->correlation);
                         response = AnswerOf(*appended);
                         reactor.Finish(grpc::Status::OK);
                     });
    return absl::OkStatus();
}

grpc::ServerUnaryReactor* EventLogServer::GetHead(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                                  grpc::ByteBuffer* response) {
    eventstore::v1::GetHeadRequest asked;
    absl::Status status = gatekeeper_.Admit(*context, Permission::kRead).status();
    if (status.ok()) status = ReadRequest(*request, asked);
    if (status.ok()) {
        eventstore::v1::GetHeadResponse head;
        head.set_store_id(ToString(log_.StoreId()));
        head.set_records(ToUint64(log_.End()));
        head.set_synthetic(log_.Synthetic());
        *response = ToByteBuffer(head.SerializeAsString());
    }
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(ToGrpcStatus(status));
    return reactor;
}

BytesReactor* EventLogServer::Read(grpc::CallbackServerContext* context, const grpc::ByteBuffer* bytes) {
    eventstore::v1::ReadRequest request;
    absl::StatusOr<StreamPlan> plan = Plan(*context, *bytes, request);
    if (!plan.ok()) return new StreamRefusal(plan.status());
    if (request.has_from()) plan->read.from = Position{request.from()};
    if (request.has_until()) plan->read.until = Position{request.until()};
    plan->read.backwards = request.backwards();
    plan->read.limit = request.limit();
    // "Up to the present end": what is added while the reader reads does not keep it for ever.
    const std::uint64_t end = ToUint64(log_.End());
    if (!plan->read.backwards && end > 0) {
        plan->read.until = std::min(plan->read.until.value_or(Position{end - 1}), Position{end - 1});
    }
    return StreamReactor::Start(*context, pool_, sealed_, log_, *std::move(plan));
}

BytesReactor* EventLogServer::Subscribe(grpc::CallbackServerContext* context, const grpc::ByteBuffer* bytes) {
    eventstore::v1::SubscribeRequest request;
    absl::StatusOr<StreamPlan> plan = Plan(*context, *bytes, request);
    if (!plan.ok()) return new StreamRefusal(plan.status());
    if (request.has_from()) plan->read.from = Position{request.from()};
    plan->follow = true;
    plan->news_every = options_.news_every;
    return StreamReactor::Start(*context, pool_, sealed_, log_, *std::move(plan));
}

template <class Request>
absl::StatusOr<StreamPlan> EventLogServer::Plan(const grpc::CallbackServerContext& context,
                                                const grpc::ByteBuffer& bytes, Request& request) {
    const absl::StatusOr<Caller> caller = gatekeeper_.Admit(context, Permission::kRead);
    if (!caller.ok()) return caller.status();
    if (absl::Status read = ReadRequest(bytes, request); !read.ok()) return read;
    absl::StatusOr<Query> query = ReadQuery(request.query());
    if (!query.ok()) return query.status();
    StreamPlan plan;
    plan.read.query = *std::move(query);
    plan.read.bytes_max = options_.message_bytes;
    plan.sealed = request.sealed();
    plan.write_timeout = options_.write_timeout;
    return plan;
}

void EventLogServer::StopStreams() {
    pool_.Stop();
}

std::size_t EventLogServer::streams() {
    return pool_.size();
}

}  // namespace throughline
