// The gRPC server around the services: limits, health, reflection, a stop that lets calls end.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include <grpcpp/server.h>
#include <grpcpp/support/server_interceptor.h>

#include "absl/status/statusor.h"
#include "services/throughline/serving/serve_settings.h"
#include "services/throughline/serving/wakeful_callbacks.h"

namespace throughline {

/// A running server. Health answers for each service by name, and for "" as a whole.
class GrpcFace {
  public:
    using Interceptors = std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>;

    /// UNAVAILABLE where the port is taken. `services` outlive it.
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<GrpcFace>> Open(const ServeSettings& settings,
                                                                        const std::vector<grpc::Service*>& services,
                                                                        Interceptors interceptors);
    /// As Stop(), at once.
    ~GrpcFace();

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::shared_ptr<grpc::Channel> InProcessChannel();

    /// Health says NOT_SERVING from now on, for all services.
    void NotServing();

    /// Takes no new calls, lets those under way end within `drain`, then cancels them.
    void Stop(std::chrono::milliseconds drain);

  private:
    GrpcFace() = default;

    WakefulCallbacks wakeful_;
    std::unique_ptr<grpc::Server> server_;
    int port_ = 0;
    bool stopped_ = false;
};

}  // namespace throughline
