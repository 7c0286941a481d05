// Calls any method of the public API by its name, as a client that knows nothing but the contracts.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/channel.h>

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace throughline {

/// An answer to one call.
struct MethodAnswer {
    std::unique_ptr<google::protobuf::Message> message;
    bool repeated = false;  ///< The server knew the command: this is its first answer.
};

/// A client made from the contracts alone. Safe from many threads.
class GenericClient {
  public:
    /// `deadline` bounds each call, connecting included.
    GenericClient(std::shared_ptr<grpc::ChannelInterface> channel, std::chrono::milliseconds deadline);

    /// An empty request of "ReferralService.RaiseReferral" and the like; NOT_FOUND where no contract has such a method.
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<google::protobuf::Message>> RequestOf(
        const std::string& method);

    /// Calls with a bearer token. What the server answers as an error comes back with its google.rpc details.
    [[nodiscard]] absl::StatusOr<MethodAnswer> Call(const std::string& method, const google::protobuf::Message& request,
                                                    const std::string& token) const;

  private:
    std::shared_ptr<grpc::ChannelInterface> channel_;
    std::chrono::milliseconds deadline_;
};

}  // namespace throughline
