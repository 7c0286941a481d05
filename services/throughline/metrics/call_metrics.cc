// An interceptor that only looks: it changes no call.
#include "services/throughline/metrics/call_metrics.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <google/protobuf/descriptor.h>

#include "eventstore/server/correlation.h"
#include "services/throughline/logging.h"

namespace throughline {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// A method as it may be named in metrics and logs. What no contract has was chosen by the caller, and could be
/// anything, and any number of things.
std::string KnownMethod(std::string_view path) {
    std::string name(path.substr(path.find_first_not_of('/') == path.npos ? path.size() : path.find_first_not_of('/')));
    std::replace(name.begin(), name.end(), '/', '.');
    const bool ours = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name) != nullptr;
    const bool of_grpc = name == "grpc.health.v1.Health.Check" || name == "grpc.health.v1.Health.Watch" ||
                         name == "grpc.reflection.v1alpha.ServerReflection.ServerReflectionInfo";
    return ours || of_grpc ? std::string(path) : "other";
}

/// Methods that last for as long as their caller wants: their time says nothing about the service.
bool Lasts(std::string_view method) {
    return method.ends_with("/Subscribe") || method.ends_with("/Watch") || method.ends_with("/ServerReflectionInfo");
}

spdlog::level::level_enum LevelOf(grpc::StatusCode code) {
    switch (code) {
        case grpc::StatusCode::DATA_LOSS:
        case grpc::StatusCode::INTERNAL:
        case grpc::StatusCode::UNKNOWN:
            return spdlog::level::err;
        default:
            return spdlog::level::info;
    }
}

class CallObserver final : public grpc::experimental::Interceptor {
  public:
    CallObserver(const char* method, prometheus::Family<prometheus::Counter>& calls,
                 prometheus::Family<prometheus::Histogram>& seconds)
        : method_(KnownMethod(method)), calls_(calls), seconds_(seconds) {}

    ~CallObserver() override {
        const grpc::StatusCode code = code_.value_or(grpc::StatusCode::CANCELLED);
        const std::chrono::duration<double> took = SteadyClock::now() - began_;
        calls_.Add({{"method", method_}, {"code", CodeName(code)}}).Increment();
        if (!Lasts(method_)) {
            seconds_
                .Add({{"method", method_}}, prometheus::Histogram::BucketBoundaries{0.001, 0.0025, 0.005, 0.01, 0.025,
                                                                                    0.05, 0.1, 0.25, 0.5, 1, 5})
                .Observe(took.count());
        }
        LogEvent(LevelOf(code), "call",
                 {{"method", method_},
                  {"code", std::string(CodeName(code))},
                  {"duration_ms", took.count() * 1'000},
                  {"correlation_id", correlation_}});
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
    void KeepCorrelation(const std::multimap<std::string, std::string>& metadata) {
        const auto found = metadata.find(kCorrelationMetadata);
        if (found != metadata.end()) correlation_ = found->second;
    }

    const std::string method_;
    prometheus::Family<prometheus::Counter>& calls_;
    prometheus::Family<prometheus::Histogram>& seconds_;
    const SteadyClock::time_point began_ = SteadyClock::now();
    std::optional<grpc::StatusCode> code_;
    std::string correlation_;
};

}  // namespace

CallMetrics::CallMetrics(std::shared_ptr<prometheus::Registry> registry)
    : registry_(std::move(registry)),
      calls_(prometheus::BuildCounter()
                 .Name("throughline_calls_total")
                 .Help("gRPC calls that ended, by method and code.")
                 .Register(*registry_)),
      seconds_(prometheus::BuildHistogram()
                   .Name("throughline_call_seconds")
                   .Help("Time from the start of a call to its end, in seconds; calls that last are left out.")
                   .Register(*registry_)) {}

grpc::experimental::Interceptor* CallMetrics::CreateServerInterceptor(grpc::experimental::ServerRpcInfo* info) {
    return new CallObserver(info->method(), calls_, seconds_);
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
