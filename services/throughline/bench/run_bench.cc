// One builder of callers for each work.
#include "services/throughline/bench/run_bench.h"

#include <algorithm>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <google/protobuf/wrappers.pb.h>

#include "eventstore/base/status_details.h"
#include "services/throughline/bench/commit_counter.h"
#include "services/throughline/bench/disk_sync.h"
#include "services/throughline/bench/load_caller.h"
#include "throughline/eventstore/v1/event_log_service.grpc.pb.h"
#include "throughline/eventstore/v1/vault_service.grpc.pb.h"

namespace throughline {
namespace {

using grpc::internal::RpcMethod;

constexpr char kAppendMethod[] = "/throughline.eventstore.v1.EventLogService/Append";
constexpr char kReadMethod[] = "/throughline.eventstore.v1.EventLogService/Read";
// Served by the baseline in tests/bench, and by no product.
constexpr char kEmptyMethod[] = "/throughline.bench.EmptyService/Call";

constexpr std::chrono::milliseconds kDiskTime{1'000};
constexpr int kMessageBytesMax = 16 * 1024 * 1024;
constexpr int kWindowBytes = 8 * 1024 * 1024;
constexpr int kReadBytes = 1024 * 1024;

std::chrono::nanoseconds OfSeconds(double seconds) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds));
}

/// Channels of a client that wants nothing of gRPC but calls: each a connection of its own, none of them retrying.
grpc::ChannelArguments PlainChannel() {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
    arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
    return arguments;
}

/// The same for much data: the window stands open from the start, and one read of the socket takes much of it.
grpc::ChannelArguments WideChannel() {
    grpc::ChannelArguments arguments = PlainChannel();
    arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kWindowBytes);
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetInt(GRPC_ARG_TCP_READ_CHUNK_SIZE, kReadBytes);
    return arguments;
}

std::string AsBytesValue(std::string bytes) {
    google::protobuf::BytesValue message;
    message.set_value(std::move(bytes));
    return message.SerializeAsString();
}

class Bench {
  public:
    Bench(const BenchSettings& settings, const ConnectionSettings& server) : settings_(settings), server_(server) {}

    absl::StatusOr<BenchReport> Run() {
        report_.settings = settings_;
        if (const absl::Status opened = OpenConnections(); !opened.ok()) return opened;
        if (settings_.work == BenchWork::kStall) return Stall();
        if (const absl::Status made = MakeCallers(); !made.ok()) return made;
        if (!settings_.sync_folder.empty()) {
            absl::StatusOr<Latencies> sync = MeasureDiskSync(settings_.sync_folder, kDiskTime);
            if (!sync.ok()) return sync.status();
            report_.disk_sync = *std::move(sync);
        }
        const absl::StatusOr<std::uint64_t> before = Commits();
        if (!before.ok()) return before.status();
        LoadPlan plan;
        plan.warm_up = OfSeconds(*settings_.warm_up_s);
        if (settings_.seconds) plan.time = OfSeconds(*settings_.seconds);
        plan.requests = settings_.requests;
        plan.patience = std::chrono::seconds(server_.timeout_s);
        absl::StatusOr<LoadResult> load = RunLoad(queue_, callers_, plan, server_);
        if (!load.ok()) return load.status();
        report_.load = *std::move(load);
        const absl::StatusOr<std::uint64_t> after = Commits();
        if (!after.ok()) return after.status();
        if (!settings_.metrics.empty()) report_.commits = *after - *before;
        report_.read = read_;
        if (const std::uint64_t doubles = tally_.positions.Doubles(); doubles > 0) {
            report_.load.errors["POSITION_TWICE"] = doubles;
        }
        return std::move(report_);
    }

  private:
    absl::Status OpenConnections() {
        const bool reads = settings_.work == BenchWork::kRead || settings_.work == BenchWork::kQuery;
        for (std::uint32_t i = 0; i < settings_.connections; ++i) {
            absl::StatusOr<Connection> connection = Connection::Open(server_, reads ? WideChannel() : PlainChannel());
            if (!connection.ok()) return connection.status();
            connections_.push_back(*std::move(connection));
        }
        return absl::OkStatus();
    }

    void AddRoutes(const char* method, RpcMethod::RpcType type) {
        for (const Connection& connection : connections_) {
            routes_.push_back(std::make_unique<Route>(connection, method, type));
        }
    }

    [[nodiscard]] const Route& RouteOf(std::size_t caller) const { return *routes_[caller % routes_.size()]; }

    absl::Status MakeCallers() {
        switch (settings_.work) {
            case BenchWork::kAppend:
                return MakeAppendCallers();
            case BenchWork::kRead:
            case BenchWork::kQuery:
                return MakeReadCallers();
            case BenchWork::kEmpty:
                return MakeEmptyCallers();
            case BenchWork::kStall:
                break;
        }
        return absl::InternalError("this work has no callers");
    }

    absl::Status MakeAppendCallers() {
        const absl::StatusOr<std::uint64_t> records = Records();
        if (!records.ok()) return records.status();
        const bool by_type = settings_.shape.condition == BenchCondition::kType;
        if (by_type && *records == 0) {
            return absl::FailedPreconditionError(
                "--condition type asks for what is newer than the last record, and the log is empty: append something "
                "first");
        }
        const absl::StatusOr<std::vector<std::string>> subjects = Subjects();
        if (!subjects.ok()) return subjects.status();
        AddRoutes(kAppendMethod, RpcMethod::NORMAL_RPC);
        for (std::uint32_t i = 0; i < settings_.callers; ++i) {
            AppendShape shape = settings_.shape;
            if (by_type) shape.type = fmt::format("bench.LoadCaller{}", i);
            AppendTemplate requests(shape, *subjects, i);
            if (by_type) requests.SetAfter(Position{*records - 1});
            report_.request_bytes = requests.bytes();
            callers_.push_back(std::make_unique<AppendCaller>(queue_, RouteOf(i), shape, std::move(requests), tally_));
        }
        return absl::OkStatus();
    }

    absl::Status MakeReadCallers() {
        const absl::StatusOr<std::uint64_t> records = Records();
        if (!records.ok()) return records.status();
        AddRoutes(kReadMethod, RpcMethod::SERVER_STREAMING);
        const bool query = settings_.work == BenchWork::kQuery;
        const std::uint64_t limit = settings_.limit == 0 ? *records : settings_.limit;
        for (std::uint32_t i = 0; i < settings_.callers; ++i) {
            callers_.push_back(std::make_unique<ReadCaller>(
                queue_, RouteOf(i), [this, query] { return ReadRequest(query); },
                query ? std::min<std::uint64_t>(*records, 1) : std::min(limit, *records), read_));
        }
        return absl::OkStatus();
    }

    absl::Status MakeEmptyCallers() {
        AddRoutes(kEmptyMethod, RpcMethod::NORMAL_RPC);
        std::string request = ReadRequest(true);
        if (settings_.like == "append") {
            AppendTemplate requests(settings_.shape, {ToString(RandomUuid())}, 0);
            request = requests.Next(ids_, 0, 0);
        }
        request = AsBytesValue(std::move(request));
        report_.request_bytes = request.size();
        for (std::uint32_t i = 0; i < settings_.callers; ++i) {
            callers_.push_back(std::make_unique<EmptyCaller>(queue_, RouteOf(i), request));
        }
        return absl::OkStatus();
    }

    std::string ReadRequest(bool query) {
        eventstore::v1::ReadRequest request;
        if (query) {
            const std::uint64_t tags = std::max<std::uint64_t>(settings_.shape.spread, 1);
            request.mutable_query()->add_items()->add_tags(SpreadTag(ids_.Below(tags)));
        }
        request.set_limit(settings_.limit);
        request.set_sealed(settings_.sealed);
        return request.SerializeAsString();
    }

    absl::StatusOr<std::uint64_t> Records() {
        const auto stub = eventstore::v1::EventLogService::NewStub(connections_.front().channel());
        const auto call = connections_.front().NewCall();
        eventstore::v1::GetHeadResponse head;
        const grpc::Status status = stub->GetHead(call.get(), {}, &head);
        if (!status.ok()) return CallFailed(status, server_);
        return head.records();
    }

    absl::StatusOr<std::vector<std::string>> Subjects() {
        const auto stub = eventstore::v1::VaultService::NewStub(connections_.front().channel());
        std::vector<std::string> subjects;
        for (std::uint32_t i = 0; i < settings_.subjects; ++i) {
            eventstore::v1::GetOrCreateSubjectRequest request;
            request.set_kind(eventstore::v1::SUBJECT_KIND_PUPIL);
            request.set_natural_key(fmt::format("bench-{}", i));
            eventstore::v1::GetOrCreateSubjectResponse response;
            const auto call = connections_.front().NewCall();
            const grpc::Status status = stub->GetOrCreateSubject(call.get(), request, &response);
            if (!status.ok()) return CallFailed(status, server_);
            subjects.push_back(response.subject_id());
        }
        return subjects;
    }

    absl::StatusOr<std::uint64_t> Commits() const {
        if (settings_.metrics.empty()) return std::uint64_t{0};
        return ReadCommits(settings_.metrics);
    }

    /// Opens the streams, takes one message of each, and then holds them without reading.
    absl::StatusOr<BenchReport> Stall() {
        return settings_.subscribe
                   ? Hold<eventstore::v1::SubscribeRequest, eventstore::v1::SubscribeResponse>(
                         [](auto& stub, auto* call, const auto& request) { return stub.Subscribe(call, request); })
                   : Hold<eventstore::v1::ReadRequest, eventstore::v1::ReadResponse>(
                         [](auto& stub, auto* call, const auto& request) { return stub.Read(call, request); });
    }

    template <class Request, class Response, class Open>
    absl::StatusOr<BenchReport> Hold(const Open& open) {
        Request request;
        request.set_sealed(settings_.sealed);
        if (settings_.idle) request.mutable_query()->add_items()->add_tags("bench:nobody-writes-this");
        std::vector<std::unique_ptr<grpc::ClientContext>> calls;
        std::vector<std::unique_ptr<grpc::ClientReader<Response>>> readers;
        for (std::uint32_t i = 0; i < settings_.callers; ++i) {
            const Connection& connection = connections_[i % connections_.size()];
            const auto stub = eventstore::v1::EventLogService::NewStub(connection.channel());
            calls.push_back(connection.NewCall(true));
            readers.push_back(open(*stub, calls.back().get(), request));
        }
        for (const auto& reader : readers) {
            Response response;
            if (!reader->Read(&response)) return CallFailed(reader->Finish(), server_);
            report_.load.facts += static_cast<std::uint64_t>(response.records_size());
            ++report_.load.requests;
        }
        report_.load.time = OfSeconds(*settings_.seconds);
        std::this_thread::sleep_for(report_.load.time);
        for (const auto& call : calls) call->TryCancel();
        return std::move(report_);
    }

    const BenchSettings& settings_;
    const ConnectionSettings& server_;
    BenchReport report_;
    std::vector<Connection> connections_;
    std::vector<std::unique_ptr<Route>> routes_;
    grpc::CompletionQueue queue_;
    UuidSource ids_;
    RecordsRead read_;
    AppendTally tally_{settings_.shape.facts};
    std::vector<std::unique_ptr<LoadCaller>> callers_;
};

}  // namespace

absl::StatusOr<BenchReport> RunBench(const BenchSettings& settings, const ConnectionSettings& server) {
    return Bench(settings, server).Run();
}

}  // namespace throughline
