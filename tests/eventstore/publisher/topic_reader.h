// Reads a topic as a stranger would, and says whether it is a faithful copy of a log.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "eventstore/log/record_log.h"
#include "eventstore/publisher/kafka_client.h"
#include "eventstore/publisher/published_record.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {

struct TopicMessage {
    std::int64_t offset = 0;
    bool has_key = false;
    std::string value;
    std::map<std::string, std::string> headers;

    bool operator==(const TopicMessage& other) const {
        return has_key == other.has_key && value == other.value && headers == other.headers;
    }
};

inline TopicMessage ToTopicMessage(const rd_kafka_message_t& message) {
    TopicMessage taken{.offset = message.offset, .has_key = message.key != nullptr, .value = {}, .headers = {}};
    taken.value.assign(static_cast<const char*>(message.payload), message.len);
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return taken;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
        taken.headers[name] = std::string(static_cast<const char*>(value), size);
    }
    return taken;
}

/// Everything in the topic, up to its end as the broker tells it. Gives up after 20 s with what it has.
inline std::vector<TopicMessage> ReadTopic(const KafkaConnection& connection) {
    std::vector<TopicMessage> messages;
    const absl::StatusOr<KafkaClient> client = NewKafkaConsumer(connection, true);
    if (!client.ok()) return messages;
    const absl::StatusOr<KafkaTopic> topic = OpenKafkaTopic(client->get(), connection);
    if (!topic.ok()) return messages;
    rd_kafka_consume_start(topic->get(), 0, RD_KAFKA_OFFSET_BEGINNING);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < deadline) {
        const KafkaMessage message(rd_kafka_consume(topic->get(), 0, 100));
        if (message == nullptr) continue;
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) break;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) messages.push_back(ToTopicMessage(*message));
    }
    return messages;
}

/// What is wrong with the topic as a copy of the first `count` records of the log: a sentence each, none when all is
/// well.
inline std::vector<std::string> FaultsOfCopy(const std::vector<TopicMessage>& messages, const Uuid& store,
                                             std::uint64_t count) {
    std::vector<std::string> faults;
    std::map<std::uint64_t, TopicMessage> first;
    std::uint64_t expected = 0;
    for (const TopicMessage& message : messages) {
        const auto sequence = message.headers.find("ce_sequence");
        const std::optional<Position> position =
            sequence == message.headers.end() ? std::nullopt : ParseSequence(sequence->second);
        eventstore::v1::SealedRecord record;
        eventstore::v1::RecordHeader header;
        if (!position || !record.ParseFromString(message.value) || !header.ParseFromString(record.header()) ||
            header.position() != ToUint64(*position)) {
            faults.push_back(fmt::format("the message at offset {} is no record", message.offset));
            continue;
        }
        if (message.has_key) faults.push_back(fmt::format("record {} has a key", header.position()));
        std::set<std::string> names;
        for (const auto& [name, value] : message.headers) names.insert(name);
        if (names != std::set<std::string>{"ce_specversion", "ce_id", "ce_type", "ce_source", "ce_subject", "ce_time",
                                           "ce_sequence", "content-type"} ||
            message.headers.at("ce_source") != PublishedSource(store) ||
            message.headers.at("ce_type") != header.type()) {
            faults.push_back(fmt::format("record {} has other headers than it should", header.position()));
        }
        const auto [seen, is_first] = first.emplace(header.position(), message);
        if (!is_first && !(seen->second == message)) {
            faults.push_back(fmt::format("record {} was repeated with other bytes", header.position()));
        }
        if (is_first && header.position() != expected++) {
            faults.push_back(fmt::format("record {} came first where {} should", header.position(), expected - 1));
        }
    }
    if (first.size() != count) faults.push_back(fmt::format("{} records, not {}", first.size(), count));
    return faults;
}

}  // namespace throughline
