// How a verb reaches a server: address, token and transport security, the same settings for all of them.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/channel_arguments.h>

#include "absl/status/statusor.h"

namespace CLI {
class App;
}

namespace throughline {

struct ConnectionSettings {
    std::string address = "127.0.0.1:7411";
    std::string token;
    std::string token_file;
    std::string tls_ca;
    std::string tls_cert;
    std::string tls_key;
    int timeout_s = 30;
};

void AddConnectionSettings(CLI::App& app, ConnectionSettings& settings);
/// The same without a token, for a verb that makes its own.
void AddAddressSettings(CLI::App& app, ConnectionSettings& settings);

/// A channel with a caller's token.
class Connection {
  public:
    /// INVALID_ARGUMENT (BAD_SETTINGS) where a file cannot be read. `arguments` are what a channel is to have besides.
    [[nodiscard]] static absl::StatusOr<Connection> Open(const ConnectionSettings& settings,
                                                         grpc::ChannelArguments arguments = {});

    /// The same over a channel that is there already, for example in process.
    [[nodiscard]] static absl::StatusOr<Connection> Over(std::shared_ptr<grpc::Channel> channel,
                                                         const ConnectionSettings& settings);

    /// For one call, with the token, and a deadline unless the call `lasts`.
    [[nodiscard]] std::unique_ptr<grpc::ClientContext> NewCall(bool lasts = false) const;

    [[nodiscard]] const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  private:
    Connection(std::shared_ptr<grpc::Channel> channel, std::string token, std::chrono::seconds timeout);

    std::shared_ptr<grpc::Channel> channel_;
    std::string token_;
    std::chrono::seconds timeout_;
};

/// A call's failure for a person at a terminal: what cannot be reached is named with its address.
[[nodiscard]] absl::Status CallFailed(const grpc::Status& status, const ConnectionSettings& settings);

}  // namespace throughline
