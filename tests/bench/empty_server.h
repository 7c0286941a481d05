// A gRPC server whose one method does nothing: the limit that gRPC itself sets to any answer.
#pragma once

#include <memory>
#include <string>

#include <grpcpp/server.h>

#include "absl/status/statusor.h"

namespace throughline {

/// gRPC's two ways to serve a unary method.
enum class ServerStyle { kCallback, kSynchronous };

/// Serves /throughline.bench.EmptyService/Call: takes any bytes, parses nothing, and answers with `answer_bytes` bytes.
class EmptyServer {
  public:
    /// Listens on `address`; port 0 takes a free one. UNAVAILABLE where it cannot.
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<EmptyServer>> Open(const std::string& address,
                                                                           ServerStyle style, std::size_t answer_bytes);
    ~EmptyServer();

    [[nodiscard]] int port() const { return port_; }
    void Wait() { server_->Wait(); }

  private:
    class Service;
    EmptyServer() = default;

    std::unique_ptr<Service> service_;
    std::unique_ptr<grpc::Server> server_;
    int port_ = 0;
};

}  // namespace throughline
