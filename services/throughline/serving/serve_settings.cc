// Flags of a server, and what must hold between them.
#include "services/throughline/serving/serve_settings.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <sstream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "services/throughline/settings.h"

namespace throughline {
namespace {

void AddListening(CLI::App& app, ServeSettings& settings) {
    app.add_option(
           "--roles", settings.roles,
           "Parts to run, with commas between: eventstore, publisher, casework, views. Default: all of them; the "
           "publisher where --kafka is given.")
        ->type_name("ROLES");
    app.add_option("--listen", settings.listen,
                   fmt::format("IP address and port to serve gRPC on; port 0 takes a free one and prints it. Default "
                               "{}. Any but a loopback address needs TLS.",
                               settings.listen))
        ->type_name("ADDRESS:PORT");
    app.add_option("--metrics", settings.metrics,
                   fmt::format("IP address and port to serve metrics on (HTTP, /metrics); port 0 takes a free one and "
                               "prints it. Default {}.",
                               settings.metrics))
        ->type_name("ADDRESS:PORT");
    app.add_flag("--reflection", settings.reflection, "Let anybody who can connect list the API; for development.");
    app.add_option("--views", settings.views_folder,
                   "Folder of the views' rows, which hold plain text; default: views, in the store's folder.")
        ->type_name("FOLDER");
}

void AddTrust(CLI::App& app, ServeSettings& settings) {
    app.add_option("--tls-cert", settings.tls_cert, "The server's certificate (PEM).")->type_name("FILE");
    app.add_option("--tls-key", settings.tls_key, "Private key (PEM) of that certificate.")->type_name("FILE");
    app.add_option("--tls-client-ca", settings.tls_client_ca,
                   "Certificates (PEM) that every client's must descend from.")
        ->type_name("FILE");
    app.add_option("--token-issuer", settings.token_issuer,
                   "Whose tokens count: the \"iss\" of its tokens, exactly. A synthetic store has its own.")
        ->type_name("ISSUER");
    app.add_option("--token-key", settings.token_keys,
                   "The issuer's public key (PEM, P-256); several may be given while it changes keys.")
        ->allow_extra_args(false)
        ->type_name("FILE");
}

void AddKafka(CLI::App& app, ServeSettings& settings) {
    app.add_option("--feed", settings.feed,
                   fmt::format("What feeds the views, log or kafka; default {}.", settings.feed))
        ->check(CLI::IsMember({"log", "kafka"}));
    app.add_option("--kafka", settings.kafka_brokers, "Kafka brokers, HOST:PORT with commas between; default: none.")
        ->type_name("BROKERS");
    app.add_option("--topic", settings.kafka_topic,
                   fmt::format("The store's Kafka topic; default {}.", settings.kafka_topic))
        ->type_name("TOPIC");
    app.add_option("--kafka-setting", settings.kafka_further,
                   "Further setting of the Kafka client, NAME=VALUE, for example security.protocol=SSL; several may be "
                   "given.")
        ->allow_extra_args(false)
        ->type_name("NAME=VALUE");
    app.add_flag("--kafka-create-topic", settings.kafka_create_topic,
                 "Create a missing topic, without replicas; for development. A synthetic store always does.");
    app.add_option("--republish-from", settings.republish_from,
                   "Publish again from this position, whatever the topic holds; default: go on behind its end.")
        ->type_name("POSITION")
        ->check(NoWholeNumber);
}

void AddBounds(CLI::App& app, ServeSettings& settings) {
    app.add_option("--threads-max", settings.threads_max,
                   fmt::format("Threads for calls; further calls are refused. Default {}.", settings.threads_max))
        ->check(CLI::Range(16, 4'096))
        ->type_name("THREADS");
    app.add_option("--memory-max", settings.memory_mib_max,
                   fmt::format("Memory for messages on their way, in MiB; default {}.", settings.memory_mib_max))
        ->check(CLI::Range(64, 65'536))
        ->type_name("MIB");
    app.add_option("--slow-reader", settings.slow_reader_s,
                   fmt::format("Seconds after which a subscriber who takes nothing is cut off; default {}.",
                               settings.slow_reader_s))
        ->check(CLI::Range(1, 3'600))
        ->type_name("SECONDS");
    app.add_option(
           "--drain", settings.drain_s,
           fmt::format("Seconds that calls may still take when the server stops; default {}.", settings.drain_s))
        ->check(CLI::Range(0, 600))
        ->type_name("SECONDS");
    app.add_option("--log-format", settings.log_format,
                   fmt::format("json (one object a line) or text, on stderr; default {}.", settings.log_format))
        ->check(CLI::IsMember({"json", "text"}));
    app.add_option("--log-level", settings.log_level,
                   fmt::format("debug, info, warning or error; default {}.", settings.log_level))
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
}

absl::Status CheckAddresses(const ServeSettings& settings) {
    for (const auto& [name, text] : {std::pair{"listen", settings.listen}, std::pair{"metrics", settings.metrics}}) {
        if (!ParseHostPort(text)) {
            return BadSettings(fmt::format(
                "--{} must be an IP address and a port such as 127.0.0.1:7411 or [::1]:7411, is \"{}\"", name, text));
        }
    }
    const int given = !settings.tls_cert.empty() + !settings.tls_key.empty() + !settings.tls_client_ca.empty();
    if (given != 0 && given != 3) {
        return BadSettings("TLS needs --tls-cert, --tls-key and --tls-client-ca, all three");
    }
    if (given == 0 && !ParseHostPort(settings.listen)->IsLoopback()) {
        return BadSettings(
            fmt::format("{} can be reached from other machines, so it needs TLS with client certificates: give "
                        "--tls-cert, --tls-key and "
                        "--tls-client-ca, or listen on 127.0.0.1",
                        settings.listen));
    }
    return absl::OkStatus();
}

}  // namespace

void AddServeSettings(CLI::App& app, ServeSettings& settings) {
    AddListening(app, settings);
    AddTrust(app, settings);
    AddKafka(app, settings);
    AddBounds(app, settings);
}

bool HostPort::IsLoopback() const {
    return host.starts_with("127.") || host == "::1";
}

std::string HostPort::Text() const {
    return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

std::optional<HostPort> ParseHostPort(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) return std::nullopt;
    HostPort parsed;
    parsed.host = text.substr(0, colon);
    const bool bracketed = parsed.host.front() == '[' && parsed.host.back() == ']';
    if (bracketed) parsed.host = parsed.host.substr(1, parsed.host.size() - 2);
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    if (inet_pton(bracketed ? AF_INET6 : AF_INET, parsed.host.c_str(), bytes.data()) != 1) return std::nullopt;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + colon + 1, end, parsed.port);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return parsed;
}

absl::StatusOr<Roles> RolesOf(const ServeSettings& settings) {
    Roles roles;
    if (settings.roles.empty()) {
        return Roles{.eventstore = true, .publisher = !settings.kafka_brokers.empty(), .casework = true, .views = true};
    }
    std::istringstream words(settings.roles);
    for (std::string word; std::getline(words, word, ',');) {
        if (word == "eventstore") {
            roles.eventstore = true;
        } else if (word == "publisher") {
            roles.publisher = true;
        } else if (word == "casework") {
            roles.casework = true;
        } else if (word == "views") {
            roles.views = true;
        } else {
            return BadSettings(
                fmt::format("there is no role \"{}\"; there are eventstore, publisher, casework and views", word));
        }
    }
    if (!roles.eventstore) {
        return BadSettings(fmt::format(
            "the roles \"{}\" need the event store in the same process: add eventstore to --roles", settings.roles));
    }
    return roles;
}

absl::Status CheckServeSettings(const ServeSettings& settings) {
    const absl::StatusOr<Roles> roles = RolesOf(settings);
    if (!roles.ok()) return roles.status();
    if (settings.store.path.empty()) return BadSettings("--store is needed: the folder of the store to serve");
    if (const absl::Status checked = CheckAddresses(settings); !checked.ok()) return checked;
    const bool needs_kafka = roles->publisher || (roles->views && settings.feed == "kafka");
    if (needs_kafka && settings.kafka_brokers.empty()) {
        return BadSettings("--kafka is needed: for the role publisher, and to feed the views from kafka");
    }
    if (settings.token_issuer.empty() != settings.token_keys.empty()) {
        return BadSettings("--token-issuer and --token-key belong together: give both");
    }
    return KafkaConnectionOf(settings).status();
}

absl::StatusOr<KafkaConnection> KafkaConnectionOf(const ServeSettings& settings) {
    KafkaConnection connection;
    connection.brokers = settings.kafka_brokers;
    connection.topic = settings.kafka_topic;
    for (const std::string& further : settings.kafka_further) {
        const std::size_t equals = further.find('=');
        if (equals == std::string::npos || equals == 0) {
            return BadSettings("--kafka-setting must be NAME=VALUE, for example security.protocol=SSL");
        }
        connection.further[further.substr(0, equals)] = further.substr(equals + 1);
    }
    return connection;
}

}  // namespace throughline
