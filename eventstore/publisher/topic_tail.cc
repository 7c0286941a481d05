// Reading the last messages of a topic, and finding out what is missing among them.
#include "eventstore/publisher/topic_tail.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/publisher/published_record.h"

namespace throughline {
namespace {

absl::Status Foreign(const KafkaConnection& connection, std::int64_t offset, std::string_view what) {
    return WithReason(absl::FailedPreconditionError(fmt::format(
                          "topic {} holds at offset {} {}; give this store a topic of its own, nothing was published",
                          connection.topic, offset, what)),
                      "TOPIC_OF_ANOTHER_STORE");
}

// Where a message stands in the log.
absl::StatusOr<Position> Place(const rd_kafka_message_t& message, const KafkaConnection& connection,
                               const Uuid& store) {
    const std::optional<std::string_view> source = FindKafkaHeader(message, kSourceHeader);
    const std::optional<std::string_view> sequence = FindKafkaHeader(message, kSequenceHeader);
    const std::optional<Position> position = sequence ? ParseSequence(*sequence) : std::nullopt;
    if (!source || !position) return Foreign(connection, message.offset, "something that is no record");
    if (*source != PublishedSource(store)) return Foreign(connection, message.offset, "a record of another store");
    return *position;
}

absl::Status NoAnswer(std::string_view doing) {
    return absl::DeadlineExceededError(fmt::format("{}: no broker answers", doing));
}

// Takes messages up to the end, which the broker tells, also behind messages that cannot be read.
absl::Status TakeAll(rd_kafka_topic_t* topic, const KafkaConnection& connection, const Uuid& store, TopicTail& tail) {
    const std::string doing = fmt::format("reading the tail of topic {}", connection.topic);
    std::string value;
    while (true) {
        const KafkaMessage message(rd_kafka_consume(topic, kPublishedPartition, KafkaMillis(connection.reply_timeout)));
        if (message == nullptr) return NoAnswer(doing);
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) break;
        if (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) return absl::OutOfRangeError(doing);
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) return FromKafka(message->err, doing);
        const absl::StatusOr<Position> position = Place(*message, connection, store);
        if (!position.ok()) return position.status();
        if (tail.positions.empty()) tail.whole = message->offset == 0;
        tail.positions.push_back(*position);
        tail.end = message->offset + 1;
        value.assign(static_cast<const char*>(message->payload), message->len);
    }
    if (tail.positions.empty()) return absl::OkStatus();
    absl::StatusOr<StoredRecord> last = FromPublished(value);
    if (!last.ok() || last->position != tail.positions.back()) {
        return Foreign(connection, tail.end - 1, "a record that cannot be read");
    }
    tail.last = *std::move(last);
    return absl::OkStatus();
}

// Reads from an offset to the end, with a consumer of its own. OUT_OF_RANGE: there is no such offset.
absl::Status ReadFrom(std::int64_t start, const KafkaConnection& connection, const Uuid& store, TopicTail& tail) {
    const absl::StatusOr<KafkaClient> consumer = NewKafkaConsumer(connection, true);
    if (!consumer.ok()) return consumer.status();
    const absl::StatusOr<KafkaTopic> topic = OpenKafkaTopic(consumer->get(), connection);
    if (!topic.ok()) return topic.status();
    if (rd_kafka_consume_start(topic->get(), kPublishedPartition, start) != 0) {
        return FromKafka(rd_kafka_last_error(), fmt::format("consuming topic {}", connection.topic));
    }
    return TakeAll(topic->get(), connection, store, tail);
}

}  // namespace

// Not rd_kafka_query_watermark_offsets(): in librdkafka 2.0.2 that waits for ever when the broker goes at the wrong
// moment, whatever its timeout.
absl::StatusOr<std::int64_t> ReadTopicEnd(rd_kafka_t* client, const KafkaConnection& connection) {
    const std::string doing = fmt::format("asking for the end of topic {}", connection.topic);
    const KafkaPartitions asked(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_t* partition =
        rd_kafka_topic_partition_list_add(asked.get(), connection.topic.c_str(), kPublishedPartition);
    // In place of a time: the end.
    partition->offset = RD_KAFKA_OFFSET_END;
    const rd_kafka_resp_err_t error =
        rd_kafka_offsets_for_times(client, asked.get(), KafkaMillis(connection.reply_timeout));
    if (error == RD_KAFKA_RESP_ERR__TIMED_OUT || error == RD_KAFKA_RESP_ERR__TRANSPORT ||
        error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
        return NoAnswer(doing);
    }
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return FromKafka(error, doing);
    if (partition->err != RD_KAFKA_RESP_ERR_NO_ERROR) return FromKafka(partition->err, doing);
    if (partition->offset < 0) return absl::UnavailableError(fmt::format("{}: the answer is no offset", doing));
    return partition->offset;
}

absl::StatusOr<TopicTail> ReadTopicTail(const KafkaConnection& connection, const Uuid& store) {
    TopicTail tail;
    {
        const absl::StatusOr<KafkaClient> client = NewKafkaConsumer(connection, true);
        if (!client.ok()) return client.status();
        const absl::StatusOr<std::int64_t> end = ReadTopicEnd(client->get(), connection);
        if (!end.ok()) return end.status();
        tail.end = *end;
    }
    if (tail.end == 0) return tail;
    const std::int64_t start = std::max<std::int64_t>(0, tail.end - static_cast<std::int64_t>(kInFlightRecordsMax));
    absl::Status read = ReadFrom(start, connection, store, tail);
    // The first messages of the topic were deleted.
    if (absl::IsOutOfRange(read)) read = ReadFrom(RD_KAFKA_OFFSET_BEGINNING, connection, store, tail);
    if (!read.ok()) return read;
    return tail;
}

Position ResumeBehind(const TopicTail& tail) {
    if (tail.positions.empty()) return Position{0};
    std::vector<Position> sorted = tail.positions;
    std::sort(sorted.begin(), sorted.end());
    Position missing = tail.whole ? Position{0} : tail.positions.front();
    for (const Position position : sorted) {
        if (position == missing) missing = Next(missing);
    }
    return std::min(missing, Next(tail.positions.back()));
}

}  // namespace throughline
