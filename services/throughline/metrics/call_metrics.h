// Counts and times every gRPC call, and writes one log line a call.
#pragma once

#include <memory>

#include <grpcpp/support/server_interceptor.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace throughline {

/// Makes an interceptor for each call: method, code, time taken and the correlation id of its records, and nowhere who
/// sent it. A call without a status (its caller went away) counts as CANCELLED.
class CallMetrics final : public grpc::experimental::ServerInterceptorFactoryInterface {
  public:
    explicit CallMetrics(std::shared_ptr<prometheus::Registry> registry);

    grpc::experimental::Interceptor* CreateServerInterceptor(grpc::experimental::ServerRpcInfo* info) override;

  private:
    std::shared_ptr<prometheus::Registry> registry_;
    prometheus::Family<prometheus::Counter>& calls_;
    prometheus::Family<prometheus::Histogram>& seconds_;
};

/// The name of a gRPC code, as in documents: "FAILED_PRECONDITION".
[[nodiscard]] const char* CodeName(grpc::StatusCode code);

}  // namespace throughline
