// Channels and credentials of the client verbs.
#include "services/throughline/verbs/connection.h"

#include <fmt/format.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <CLI/CLI.hpp>

#include "eventstore/server/grpc_status.h"
#include "services/auth/token_keys.h"
#include "services/throughline/verb.h"

namespace throughline {
namespace {

constexpr int kMessageBytesMax = 16 * 1024 * 1024;

absl::StatusOr<std::string> ReadSetting(std::string_view name, const std::string& path) {
    if (path.empty()) return std::string();
    absl::StatusOr<std::string> content = ReadSmallFile(path);
    if (content.ok()) return content;
    const std::string why(content.status().message());
    return BadSettings(fmt::format("--{}: {}", name, why));
}

std::string Trimmed(std::string text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return "";
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

absl::StatusOr<std::string> ReadToken(const ConnectionSettings& settings) {
    std::string token = settings.token;
    if (token.empty()) {
        absl::StatusOr<std::string> read = ReadSetting("token-file", settings.token_file);
        if (!read.ok()) return read.status();
        token = Trimmed(*std::move(read));
        if (token.empty() && !settings.token_file.empty()) {
            return BadSettings(fmt::format("--token-file: {} is empty; it should hold a token", settings.token_file));
        }
    }
    // gRPC aborts on a header with control characters.
    for (const char c : token) {
        if (c <= ' ' || c > '~') return BadSettings("the token has characters that no token has; look at its file");
    }
    return token;
}

}  // namespace

void AddAddressSettings(CLI::App& app, ConnectionSettings& settings) {
    app.add_option("--address", settings.address, "Where the server listens; default 127.0.0.1:7411.")
        ->type_name("HOST:PORT");
    app.add_option("--timeout", settings.timeout_s, "Seconds that a call may take; default 30.")
        ->type_name("SECONDS")
        ->check(CLI::Range(1, 86'400));
    app.add_option("--tls-ca", settings.tls_ca,
                   "Certificates (PEM) that the server's must descend from; default: no TLS.")
        ->type_name("FILE");
    app.add_option("--tls-cert", settings.tls_cert, "Certificate (PEM) to show.")->type_name("FILE");
    app.add_option("--tls-key", settings.tls_key, "Private key (PEM) of that certificate.")->type_name("FILE");
}

void AddConnectionSettings(CLI::App& app, ConnectionSettings& settings) {
    AddAddressSettings(app, settings);
    app.add_option("--token", settings.token,
                   "The caller's token. Others can see it in the list of processes: better in "
                   "THROUGHLINE_TOKEN, or in a file.")
        ->type_name("TOKEN");
    app.add_option("--token-file", settings.token_file, "File that holds the caller's token.")->type_name("FILE");
}

absl::StatusOr<Connection> Connection::Over(std::shared_ptr<grpc::Channel> channel,
                                            const ConnectionSettings& settings) {
    absl::StatusOr<std::string> token = ReadToken(settings);
    if (!token.ok()) return token.status();
    return Connection(std::move(channel), *std::move(token), std::chrono::seconds(settings.timeout_s));
}

absl::StatusOr<Connection> Connection::Open(const ConnectionSettings& settings, grpc::ChannelArguments arguments) {
    arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
    std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
    if (!settings.tls_ca.empty()) {
        grpc::SslCredentialsOptions tls;
        for (const auto& [name, path, into] : {std::tuple{"tls-ca", settings.tls_ca, &tls.pem_root_certs},
                                               std::tuple{"tls-cert", settings.tls_cert, &tls.pem_cert_chain},
                                               std::tuple{"tls-key", settings.tls_key, &tls.pem_private_key}}) {
            absl::StatusOr<std::string> read = ReadSetting(name, path);
            if (!read.ok()) return read.status();
            *into = *std::move(read);
        }
        credentials = grpc::SslCredentials(tls);
    } else if (!settings.tls_cert.empty() || !settings.tls_key.empty()) {
        return BadSettings("--tls-cert and --tls-key need --tls-ca too");
    }
    return Over(grpc::CreateCustomChannel(settings.address, credentials, arguments), settings);
}

Connection::Connection(std::shared_ptr<grpc::Channel> channel, std::string token, std::chrono::seconds timeout)
    : channel_(std::move(channel)), token_(std::move(token)), timeout_(timeout) {}

std::unique_ptr<grpc::ClientContext> Connection::NewCall(bool lasts) const {
    auto context = std::make_unique<grpc::ClientContext>();
    if (!token_.empty()) context->AddMetadata("authorization", "Bearer " + token_);
    if (!lasts) context->set_deadline(std::chrono::system_clock::now() + timeout_);
    return context;
}

absl::Status CallFailed(const grpc::Status& status, const ConnectionSettings& settings) {
    absl::Status failed = FromGrpcStatus(status);
    if (failed.code() == absl::StatusCode::kUnavailable &&
        !failed.GetPayload("type.googleapis.com/google.rpc.ErrorInfo")) {
        return absl::UnavailableError(fmt::format(
            "cannot reach {}: is a server running there? Start one with: throughline dev", settings.address));
    }
    if (failed.code() == absl::StatusCode::kDeadlineExceeded) {
        return absl::DeadlineExceededError(
            fmt::format("{} did not answer within {} s; try again, or with a longer --timeout", settings.address,
                        settings.timeout_s));
    }
    return failed;
}

}  // namespace throughline
