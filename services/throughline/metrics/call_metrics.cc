// An interceptor that only looks: it changes no call. What it counts with is looked up once a method, since it runs for
// every call.
#include "services/throughline/metrics/call_metrics.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include <google/protobuf/descriptor.h>

#include "eventstore/server/correlation.h"
#include "services/throughline/logging.h"

namespace throughline {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::duration<double> kSlow = std::chrono::seconds(1);
/// What no contract has was chosen by the caller, and could be anything, and any number of things.
constexpr const char* kOther = "other";

/// A method that may be named in metrics and logs.
bool IsKnown(std::string_view path) {
    std::string name(path.substr(std::min(path.find_first_not_of('/'), path.size())));
    std::replace(name.begin(), name.end(), '/', '.');
    const bool of_grpc = name == "grpc.health.v1.Health.Check" || name == "grpc.health.v1.Health.Watch" ||
                         name == "grpc.reflection.v1alpha.ServerReflection.ServerReflectionInfo";
    return of_grpc || google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name) != nullptr;
}

bool Lasts(std::string_view method) {
    return method.ends_with("/Subscribe") || method.ends_with("/Watch") || method.ends_with("/ServerReflectionInfo");
}

spdlog::level::level_enum LevelOf(grpc::StatusCode code, bool slow) {
    switch (code) {
        case grpc::StatusCode::DATA_LOSS:
        case grpc::StatusCode::INTERNAL:
        case grpc::StatusCode::UNKNOWN:
            return spdlog::level::err;
        case grpc::StatusCode::OK:
            return slow ? spdlog::level::info : spdlog::level::debug;
        default:
            return spdlog::level::info;
    }
}

class CallObserver final : public grpc::experimental::Interceptor {
  public:
    explicit CallObserver(MethodMetrics& method) : method_(method) {}

    ~CallObserver() override {
        const std::chrono::duration<double> took = SteadyClock::now() - began_;
        Log(took);
        // Last: whoever sees the count finds the line.
        method_.Count(code_, took.count());
    }

    void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
        using grpc::experimental::InterceptionHookPoints;
        if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
            code_ = methods->GetSendStatus().error_code();
            KeepCorrelation(*methods->GetSendTrailingMetadata());
        }
        methods->Proceed();
    }

  private:
    void Log(std::chrono::duration<double> took) const {
        const auto level = LevelOf(code_, took > kSlow && !method_.lasts());
        if (!spdlog::should_log(level)) return;
        LogEvent(level, "call",
                 {{"method", method_.name()},
                  {"code", std::string(CodeName(code_))},
                  {"duration_ms", took.count() * 1'000},
                  {"correlation_id", correlation_}});
    }
    void KeepCorrelation(const std::multimap<std::string, std::string>& metadata) {
        const auto found = metadata.find(kCorrelationMetadata);
        if (found != metadata.end()) correlation_ = found->second;
    }

    MethodMetrics& method_;
    const SteadyClock::time_point began_ = SteadyClock::now();
    grpc::StatusCode code_ = grpc::StatusCode::CANCELLED;
    std::string correlation_;
};

}  // namespace

MethodMetrics::MethodMetrics(std::string name, prometheus::Family<prometheus::Counter>& calls,
                             prometheus::Family<prometheus::Histogram>& seconds)
    : name_(std::move(name)), calls_(calls) {
    if (Lasts(name_)) return;
    seconds_ = &seconds.Add({{"method", name_}}, prometheus::Histogram::BucketBoundaries{
                                                     0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5});
}

void MethodMetrics::Count(grpc::StatusCode code, double seconds) {
    const auto index = static_cast<std::size_t>(code) < kCodes ? static_cast<std::size_t>(code)
                                                               : static_cast<std::size_t>(grpc::StatusCode::UNKNOWN);
    prometheus::Counter* counter = by_code_.at(index).load(std::memory_order_acquire);
    if (counter == nullptr) {
        // Whoever else comes here at the same time gets the same one.
        counter = &calls_.Add({{"method", name_}, {"code", CodeName(code)}});
        by_code_.at(index).store(counter, std::memory_order_release);
    }
    counter->Increment();
    if (seconds_ != nullptr) seconds_->Observe(seconds);
}

CallMetrics::CallMetrics(std::shared_ptr<prometheus::Registry> registry)
    : registry_(std::move(registry)),
      calls_(prometheus::BuildCounter()
                 .Name("throughline_calls_total")
                 .Help("gRPC calls that ended, by method and code.")
                 .Register(*registry_)),
      seconds_(prometheus::BuildHistogram()
                   .Name("throughline_call_seconds")
                   .Help("Time from the start of a call to its end, in seconds; calls that last are left out.")
                   .Register(*registry_)),
      other_(kOther, calls_, seconds_) {}

grpc::experimental::Interceptor* CallMetrics::CreateServerInterceptor(grpc::experimental::ServerRpcInfo* info) {
    return new CallObserver(Of(info->method()));
}

MethodMetrics& CallMetrics::Of(std::string_view method) {
    const absl::string_view key(method.data(), method.size());
    {
        const std::shared_lock lock(mutex_);
        if (const auto found = methods_.find(key); found != methods_.end()) return *found->second;
    }
    if (!IsKnown(method)) return other_;
    const std::unique_lock lock(mutex_);
    auto& metrics = methods_[key];
    if (!metrics) metrics = std::make_unique<MethodMetrics>(std::string(method), calls_, seconds_);
    return *metrics;
}

const char* CodeName(grpc::StatusCode code) {
    switch (code) {
        case grpc::StatusCode::OK:
            return "OK";
        case grpc::StatusCode::CANCELLED:
            return "CANCELLED";
        case grpc::StatusCode::UNKNOWN:
            return "UNKNOWN";
        case grpc::StatusCode::INVALID_ARGUMENT:
            return "INVALID_ARGUMENT";
        case grpc::StatusCode::DEADLINE_EXCEEDED:
            return "DEADLINE_EXCEEDED";
        case grpc::StatusCode::NOT_FOUND:
            return "NOT_FOUND";
        case grpc::StatusCode::ALREADY_EXISTS:
            return "ALREADY_EXISTS";
        case grpc::StatusCode::PERMISSION_DENIED:
            return "PERMISSION_DENIED";
        case grpc::StatusCode::UNAUTHENTICATED:
            return "UNAUTHENTICATED";
        case grpc::StatusCode::RESOURCE_EXHAUSTED:
            return "RESOURCE_EXHAUSTED";
        case grpc::StatusCode::FAILED_PRECONDITION:
            return "FAILED_PRECONDITION";
        case grpc::StatusCode::ABORTED:
            return "ABORTED";
        case grpc::StatusCode::OUT_OF_RANGE:
            return "OUT_OF_RANGE";
        case grpc::StatusCode::UNIMPLEMENTED:
            return "UNIMPLEMENTED";
        case grpc::StatusCode::INTERNAL:
            return "INTERNAL";
        case grpc::StatusCode::UNAVAILABLE:
            return "UNAVAILABLE";
        case grpc::StatusCode::DATA_LOSS:
            return "DATA_LOSS";
        case grpc::StatusCode::DO_NOT_USE:
            break;
    }
    return "UNKNOWN";
}

}  // namespace throughline
