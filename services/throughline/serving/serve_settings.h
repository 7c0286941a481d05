// What a server is told: store, roles, where to listen, whom to trust, where Kafka is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/publisher/kafka_client.h"
#include "services/throughline/store_folder.h"

namespace CLI {
class App;
}

namespace throughline {

/// The parts of the product that this process runs.
struct Roles {
    bool eventstore = false;
    bool publisher = false;
    bool casework = false;
    bool views = false;
};

struct ServeSettings {
    StoreFolder store;
    std::string key_file;      ///< Empty: StoreFolder::DefaultKeyFile().
    std::string views_folder;  ///< Empty: StoreFolder::Views().
    std::string roles;         ///< Empty: eventstore, casework and views, and the publisher where there are brokers.
    bool synthetic = false;    ///< A synthetic store may be served.

    std::string listen = "127.0.0.1:7411";   ///< Port 0: any free one.
    std::string metrics = "127.0.0.1:7412";  ///< Port 0: any free one.
    bool reflection = false;

    std::string tls_cert;
    std::string tls_key;
    std::string tls_client_ca;
    std::string token_issuer;
    std::vector<std::string> token_keys;

    std::string feed = "log";
    std::string kafka_brokers;
    std::string kafka_topic = "throughline.records";
    std::vector<std::string> kafka_further;  ///< "name=value" of librdkafka.
    bool kafka_create_topic = false;
    std::optional<std::uint64_t> republish_from;

    int threads_max = 512;
    int memory_mib_max = 512;
    int slow_reader_s = 30;
    int drain_s = 10;
    std::string log_format = "json";
    std::string log_level = "info";
};

/// An IP address and a port.
struct HostPort {
    std::string host;
    std::uint16_t port = 0;

    [[nodiscard]] bool IsLoopback() const;
    /// "127.0.0.1:7411" or "[::1]:7411".
    [[nodiscard]] std::string Text() const;
};

/// Reads the text of HostPort; nothing for a name, which could stand for anything.
[[nodiscard]] std::optional<HostPort> ParseHostPort(const std::string& text);

/// Everything but the store and its key, which verbs describe in their own words.
void AddServeSettings(CLI::App& app, ServeSettings& settings);

/// INVALID_ARGUMENT (BAD_SETTINGS) for an unknown role, or one whose needs are not met.
[[nodiscard]] absl::StatusOr<Roles> RolesOf(const ServeSettings& settings);

/// INVALID_ARGUMENT (BAD_SETTINGS) where settings do not fit together; says which, and what to do.
[[nodiscard]] absl::Status CheckServeSettings(const ServeSettings& settings);

/// Where the topic is. INVALID_ARGUMENT (BAD_SETTINGS) for a further setting that is not `name=value`.
[[nodiscard]] absl::StatusOr<KafkaConnection> KafkaConnectionOf(const ServeSettings& settings);

}  // namespace throughline
