// Counts and times every gRPC call, and logs those worth a line.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>

#include <grpcpp/support/server_interceptor.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "absl/container/flat_hash_map.h"

namespace throughline {

/// The metrics of one method, looked up once. Safe from many threads.
class MethodMetrics {
  public:
    MethodMetrics(std::string name, prometheus::Family<prometheus::Counter>& calls,
                  prometheus::Family<prometheus::Histogram>& seconds);

    [[nodiscard]] const std::string& name() const { return name_; }
    /// True for methods that last for as long as their caller wants: their time says nothing about the service.
    [[nodiscard]] bool lasts() const { return seconds_ == nullptr; }

    void Count(grpc::StatusCode code, double seconds);

  private:
    static constexpr std::size_t kCodes = grpc::StatusCode::UNAUTHENTICATED + 1;

    const std::string name_;
    prometheus::Family<prometheus::Counter>& calls_;
    prometheus::Histogram* seconds_ = nullptr;
    std::array<std::atomic<prometheus::Counter*>, kCodes> by_code_{};  ///< A code shows once it was answered.
};

/// Makes an interceptor for each call: method, code, time taken and the correlation id of its records, and nowhere who
/// sent it. A call without a status (its caller went away) counts as CANCELLED. A call that ended well within a second
/// is logged at level debug, what failed or was slow at info, what should never happen as an error.
class CallMetrics final : public grpc::experimental::ServerInterceptorFactoryInterface {
  public:
    explicit CallMetrics(std::shared_ptr<prometheus::Registry> registry);

    grpc::experimental::Interceptor* CreateServerInterceptor(grpc::experimental::ServerRpcInfo* info) override;

  private:
    [[nodiscard]] MethodMetrics& Of(std::string_view method);

    std::shared_ptr<prometheus::Registry> registry_;
    prometheus::Family<prometheus::Counter>& calls_;
    prometheus::Family<prometheus::Histogram>& seconds_;
    MethodMetrics other_;
    std::shared_mutex mutex_;
    absl::flat_hash_map<std::string, std::unique_ptr<MethodMetrics>> methods_;  ///< Those of our contracts.
};

/// The name of a gRPC code, as in documents: "FAILED_PRECONDITION".
[[nodiscard]] const char* CodeName(grpc::StatusCode code);

}  // namespace throughline
