// librdkafka's settings, and its errors in our words.
#include "eventstore/publisher/kafka_client.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace throughline {
namespace {

using Settings = std::map<std::string, std::string>;

// Broker addresses and protocol errors only: librdkafka never logs what messages hold.
void LogKafka(const rd_kafka_t*, int level, const char* facility, const char* text) {
    spdlog::log(level <= 3 ? spdlog::level::info : spdlog::level::debug, "kafka: {} {}", facility, text);
}

void KeepError(rd_kafka_t*, int error, const char*, void* last_error) {
    if (last_error != nullptr) *static_cast<rd_kafka_resp_err_t*>(last_error) = static_cast<rd_kafka_resp_err_t>(error);
}

absl::Status Set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
    std::array<char, 512> why{};
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why.data(), why.size()) == RD_KAFKA_CONF_OK) {
        return absl::OkStatus();
    }
    // The value may be a password.
    return absl::InvalidArgumentError(fmt::format("kafka does not take the setting {}; see librdkafka's list", name));
}

absl::StatusOr<KafkaConf> MakeConf(const KafkaConnection& connection, const Settings& pinned) {
    if (connection.brokers.empty() || connection.topic.empty()) {
        return absl::InvalidArgumentError("kafka needs the address of a broker and the name of a topic");
    }
    KafkaConf conf(rd_kafka_conf_new());
    rd_kafka_conf_set_log_cb(conf.get(), &LogKafka);
    Settings settings = connection.further;
    for (const auto& [name, value] : pinned) settings[name] = value;
    settings["bootstrap.servers"] = connection.brokers;
    settings["client.id"] = "throughline";
    settings["allow.auto.create.topics"] = "false";
    settings["log.connection.close"] = "false";
    settings["reconnect.backoff.ms"] = "50";
    settings["reconnect.backoff.max.ms"] = "1000";
    for (const auto& [name, value] : settings) {
        if (absl::Status set = Set(conf.get(), name, value); !set.ok()) return set;
    }
    return conf;
}

absl::StatusOr<KafkaClient> MakeClient(rd_kafka_type_t type, absl::StatusOr<KafkaConf> conf) {
    if (!conf.ok()) return conf.status();
    std::array<char, 512> why{};
    KafkaClient client(rd_kafka_new(type, conf->get(), why.data(), why.size()));
    if (client == nullptr) return absl::InvalidArgumentError(fmt::format("kafka refuses its settings: {}", why.data()));
    // The client has taken it over.
    static_cast<void>(conf->release());
    return client;
}

}  // namespace

absl::StatusOr<KafkaClient> NewKafkaProducer(const KafkaConnection& connection) {
    absl::StatusOr<KafkaConf> conf = MakeConf(
        connection, {{"acks", "all"},
                     {"enable.idempotence", "true"},
                     // Without it a record that is refused for good is left out, and those behind it are stored.
                     {"enable.gapless.guarantee", "true"},
                     {"message.timeout.ms", "0"},
                     {"compression.type", "lz4"},
                     {"message.max.bytes", std::to_string(kKafkaMessageBytesMax)},
                     {"batch.size", std::to_string(kKafkaMessageBytesMax)},
                     {"queue.buffering.max.messages", std::to_string(2 * kInFlightRecordsMax)},
                     {"queue.buffering.max.kbytes", std::to_string(4 * kInFlightBytesMax / 1024)},
                     {"linger.ms", "2"},
                     // A topic that is gone is an answer, not something to wait for.
                     {"topic.metadata.propagation.max.ms", "0"}});
    if (conf.ok()) rd_kafka_conf_set_events(conf->get(), RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
    return MakeClient(RD_KAFKA_PRODUCER, std::move(conf));
}

absl::StatusOr<KafkaClient> NewKafkaConsumer(const KafkaConnection& connection, bool tell_end,
                                             rd_kafka_resp_err_t* last_error) {
    absl::StatusOr<KafkaConf> conf =
        MakeConf(connection, {{"enable.auto.commit", "false"},
                              {"enable.auto.offset.store", "false"},
                              {"check.crcs", "true"},
                              {"auto.offset.reset", "error"},
                              {"enable.partition.eof", tell_end ? "true" : "false"},
                              // The end is told with the first empty answer, for which the broker takes its time.
                              {"fetch.wait.max.ms", tell_end ? "10" : "500"},
                              // Bounded by bytes: a full queue is looked at again after a second only (2.0.2).
                              {"queued.min.messages", "100000"},
                              {"queued.max.messages.kbytes", std::to_string(2 * kInFlightBytesMax / 1024)},
                              {"fetch.error.backoff.ms", "100"},
                              {"topic.metadata.propagation.max.ms", "0"}});
    if (conf.ok()) {
        rd_kafka_conf_set_opaque(conf->get(), last_error);
        rd_kafka_conf_set_error_cb(conf->get(), &KeepError);
    }
    return MakeClient(RD_KAFKA_CONSUMER, std::move(conf));
}

absl::StatusOr<KafkaTopic> OpenKafkaTopic(rd_kafka_t* client, const KafkaConnection& connection) {
    KafkaTopic topic(rd_kafka_topic_new(client, connection.topic.c_str(), nullptr));
    if (topic == nullptr) return FromKafka(rd_kafka_last_error(), fmt::format("opening topic {}", connection.topic));
    return topic;
}

std::optional<std::string_view> FindKafkaHeader(const rd_kafka_message_t& message, const char* name) {
    rd_kafka_headers_t* headers = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return std::nullopt;
    }
    return std::string_view(static_cast<const char*>(value), size);
}

absl::Status FromKafka(rd_kafka_resp_err_t error, std::string_view doing) {
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
    const std::string text = fmt::format("{}: {}", doing, rd_kafka_err2str(error));
    switch (error) {
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            return absl::NotFoundError(text);
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
            return absl::PermissionDeniedError(text);
        default:
            return absl::UnavailableError(text);
    }
}

int KafkaMillis(std::chrono::milliseconds timeout) {
    constexpr std::chrono::milliseconds::rep kMost = std::numeric_limits<int>::max();
    return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(timeout.count(), 0, kMost));
}

}  // namespace throughline
