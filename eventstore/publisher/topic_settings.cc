// Asking a broker for a topic's settings, judging them, and creating a topic with the right ones.
#include "eventstore/publisher/topic_settings.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "absl/status/status.h"
#include "eventstore/base/limits.h"

namespace throughline {
namespace {

static_assert(limits::kSealedBodyBytesMax + limits::kHeaderBytesMax + 4'096 < kKafkaMessageBytesMax,
              "the largest record must fit into one message");

struct TopicShape {
    int partitions = 0;
    int replicas = 0;
};

std::optional<std::int64_t> Number(const std::map<std::string, std::string>& settings, const std::string& name) {
    const auto found = settings.find(name);
    std::int64_t number = 0;
    if (found == settings.end()) return std::nullopt;
    const std::string& text = found->second;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc{}) return std::nullopt;
    return number;
}

absl::StatusOr<TopicShape> AskShape(rd_kafka_t* client, const KafkaConnection& connection) {
    const std::string doing = fmt::format("asking for topic {}", connection.topic);
    const absl::StatusOr<KafkaTopic> topic = OpenKafkaTopic(client, connection);
    if (!topic.ok()) return topic.status();
    const rd_kafka_metadata_t* answer = nullptr;
    const rd_kafka_resp_err_t error =
        rd_kafka_metadata(client, 0, topic->get(), &answer, KafkaMillis(connection.reply_timeout));
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return FromKafka(error, doing);
    const KafkaMetadata metadata(answer);
    if (metadata->topic_cnt != 1)
        return absl::UnavailableError(fmt::format("{}: the broker says nothing of it", doing));
    const rd_kafka_metadata_topic& described = metadata->topics[0];
    if (described.err != RD_KAFKA_RESP_ERR_NO_ERROR) return FromKafka(described.err, doing);
    TopicShape shape{.partitions = described.partition_cnt, .replicas = 0};
    if (shape.partitions > 0) shape.replicas = described.partitions[0].replica_cnt;
    return shape;
}

// Waits for the answer to an admin request.
absl::StatusOr<KafkaEvent> Answer(rd_kafka_queue_t* queue, const KafkaConnection& connection,
                                  const std::string& doing) {
    KafkaEvent event(rd_kafka_queue_poll(queue, KafkaMillis(2 * connection.reply_timeout)));
    if (event == nullptr) return absl::UnavailableError(doing + ": no answer");
    if (const rd_kafka_resp_err_t error = rd_kafka_event_error(event.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (error == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE) return absl::UnimplementedError(doing + ": not supported");
        return FromKafka(error, doing);
    }
    return event;
}

KafkaAdminOptions Options(rd_kafka_t* client, rd_kafka_admin_op_t operation, const KafkaConnection& connection) {
    KafkaAdminOptions options(rd_kafka_AdminOptions_new(client, operation));
    std::array<char, 256> why{};
    rd_kafka_AdminOptions_set_request_timeout(options.get(), KafkaMillis(connection.reply_timeout), why.data(),
                                              why.size());
    return options;
}

absl::StatusOr<std::map<std::string, std::string>> AskSettings(rd_kafka_t* client, const KafkaConnection& connection) {
    const std::string doing = fmt::format("asking for the settings of topic {}", connection.topic);
    const KafkaResource resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, connection.topic.c_str()));
    const KafkaQueue queue(rd_kafka_queue_new(client));
    const KafkaAdminOptions options = Options(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, connection);
    rd_kafka_ConfigResource_t* asked = resource.get();
    rd_kafka_DescribeConfigs(client, &asked, 1, options.get(), queue.get());
    const absl::StatusOr<KafkaEvent> event = Answer(queue.get(), connection, doing);
    if (!event.ok()) return event.status();
    std::size_t count = 0;
    const rd_kafka_ConfigResource_t** answers =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event->get()), &count);
    if (count != 1) return absl::UnavailableError(doing + ": an empty answer");
    if (absl::Status refused = FromKafka(rd_kafka_ConfigResource_error(answers[0]), doing); !refused.ok()) {
        return refused;
    }
    std::map<std::string, std::string> settings;
    const rd_kafka_ConfigEntry_t** entries = rd_kafka_ConfigResource_configs(answers[0], &count);
    for (std::size_t i = 0; i < count; ++i) {
        const char* value = rd_kafka_ConfigEntry_value(entries[i]);
        if (value != nullptr) settings[rd_kafka_ConfigEntry_name(entries[i])] = value;
    }
    return settings;
}

absl::Status CreateTopic(rd_kafka_t* client, const KafkaConnection& connection) {
    const std::string doing = fmt::format("creating topic {}", connection.topic);
    std::array<char, 256> why{};
    // -1: as many replicas as the broker's own default.
    const KafkaNewTopic topic(rd_kafka_NewTopic_new(connection.topic.c_str(), 1, -1, why.data(), why.size()));
    if (topic == nullptr) return absl::InvalidArgumentError(fmt::format("{}: {}", doing, why.data()));
    for (const auto& [name, value] : {std::pair{"cleanup.policy", "delete"},
                                      {"retention.ms", "-1"},
                                      {"retention.bytes", "-1"},
                                      {"max.message.bytes", "1048588"}}) {
        rd_kafka_NewTopic_set_config(topic.get(), name, value);
    }
    const KafkaQueue queue(rd_kafka_queue_new(client));
    const KafkaAdminOptions options = Options(client, RD_KAFKA_ADMIN_OP_CREATETOPICS, connection);
    rd_kafka_NewTopic_t* wanted = topic.get();
    rd_kafka_CreateTopics(client, &wanted, 1, options.get(), queue.get());
    const absl::StatusOr<KafkaEvent> event = Answer(queue.get(), connection, doing);
    if (!event.ok()) return event.status();
    std::size_t count = 0;
    const rd_kafka_topic_result_t** results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event->get()), &count);
    if (count != 1) return absl::UnavailableError(doing + ": an empty answer");
    const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[0]);
    if (error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return absl::OkStatus();
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) spdlog::info("publisher: created topic {}", connection.topic);
    return FromKafka(error, doing);
}

absl::StatusOr<TopicShape> FindOrCreate(rd_kafka_t* client, const KafkaConnection& connection, bool create) {
    absl::StatusOr<TopicShape> shape = AskShape(client, connection);
    if (!absl::IsNotFound(shape.status())) return shape;
    if (!create) {
        return absl::NotFoundError(
            fmt::format("kafka has no topic {}; create it with 1 partition, cleanup.policy=delete, retention.ms=-1, "
                        "retention.bytes=-1, at least 3 replicas and min.insync.replicas=2",
                        connection.topic));
    }
    if (absl::Status created = CreateTopic(client, connection); !created.ok()) return created;
    shape = AskShape(client, connection);
    // Just created, it may not have reached every broker.
    if (absl::IsNotFound(shape.status())) return absl::UnavailableError(std::string(shape.status().message()));
    return shape;
}

}  // namespace

TopicFindings JudgeTopic(int partitions, int replicas, const std::map<std::string, std::string>& settings) {
    TopicFindings findings;
    if (partitions != 1) findings.refusals.push_back(fmt::format("it has {} partitions, not 1", partitions));
    const auto policy = settings.find("cleanup.policy");
    if (policy != settings.end() && policy->second != "delete") {
        findings.refusals.push_back(fmt::format("cleanup.policy is {}, not delete", policy->second));
    }
    for (const char* name : {"retention.ms", "retention.bytes"}) {
        const std::optional<std::int64_t> kept = Number(settings, name);
        if (kept && *kept != -1) findings.refusals.push_back(fmt::format("{} is {}, not -1", name, *kept));
    }
    const std::optional<std::int64_t> bytes = Number(settings, "max.message.bytes");
    if (bytes && *bytes < static_cast<std::int64_t>(kKafkaMessageBytesMax)) {
        findings.refusals.push_back(fmt::format("max.message.bytes is {}, below {}", *bytes, kKafkaMessageBytesMax));
    }
    if (replicas < 3) findings.warnings.push_back(fmt::format("it has {} replicas, below 3", replicas));
    const std::optional<std::int64_t> in_sync = Number(settings, "min.insync.replicas");
    if (in_sync && *in_sync < 2)
        findings.warnings.push_back(fmt::format("min.insync.replicas is {}, below 2", *in_sync));
    return findings;
}

absl::StatusOr<std::vector<std::string>> CheckTopic(rd_kafka_t* client, const KafkaConnection& connection,
                                                    TopicWishes wishes) {
    const absl::StatusOr<TopicShape> shape = FindOrCreate(client, connection, wishes.create);
    if (!shape.ok()) return shape.status();
    std::map<std::string, std::string> settings;
    bool told = false;
    if (wishes.check_settings) {
        absl::StatusOr<std::map<std::string, std::string>> asked = AskSettings(client, connection);
        told = asked.ok();
        if (!told && !absl::IsUnimplemented(asked.status()) && !absl::IsPermissionDenied(asked.status())) {
            return asked.status();
        }
        if (told) settings = *std::move(asked);
    }
    TopicFindings findings = JudgeTopic(shape->partitions, shape->replicas, settings);
    if (!findings.refusals.empty()) {
        return absl::FailedPreconditionError(fmt::format("topic {} would lose records: {}; change the topic",
                                                         connection.topic, fmt::join(findings.refusals, "; ")));
    }
    if (!told) findings.warnings.push_back("its settings are not known");
    return std::move(findings.warnings);
}

}  // namespace throughline
