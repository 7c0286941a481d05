// How every Kafka client of ours is set up: the options that promises depend on, pinned in one place.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/publisher/kafka_handles.h"

namespace throughline {

/// One shard is one partition.
inline constexpr std::int32_t kPublishedPartition = 0;
/// A batch never exceeds this, so that a topic which takes messages of this size takes everything.
inline constexpr std::size_t kKafkaMessageBytesMax = 512 * 1024;
/// Records sent and not yet reported; also how far back the tail of a topic is read.
inline constexpr std::size_t kInFlightRecordsMax = 8'192;
inline constexpr std::size_t kInFlightBytesMax = 16 * 1024 * 1024;

/// Where a store is published, and how to get there.
struct KafkaConnection {
    std::string brokers;  ///< "host:port", separated by commas.
    std::string topic;
    /// Further librdkafka settings, for example "security.protocol". They cannot change what promises depend on.
    std::map<std::string, std::string> further;
    /// How long a question to a broker may take.
    std::chrono::milliseconds reply_timeout{3'000};
};

/// An idempotent producer whose events (delivery reports, errors) arrive on its main queue.
/// It gives up (fatal error) rather than leave a gap, and never gives up waiting for a broker.
///   INVALID_ARGUMENT   a setting that librdkafka does not take
[[nodiscard]] absl::StatusOr<KafkaClient> NewKafkaProducer(const KafkaConnection& connection);

/// A consumer without a group: it commits nothing, and says so when its offset is gone
/// (RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET). With `tell_end` it says where the topic ends
/// (RD_KAFKA_RESP_ERR__PARTITION_EOF), and asks more often. Other errors are written to `last_error`, where given, by
/// rd_kafka_consume() and rd_kafka_poll().
///
/// Destroy it without rd_kafka_consume_stop(): librdkafka 2.0.2 waits for ever after that where the topic was deleted.
/// Its messages must go first.
///   INVALID_ARGUMENT   a setting that librdkafka does not take
[[nodiscard]] absl::StatusOr<KafkaClient> NewKafkaConsumer(const KafkaConnection& connection, bool tell_end,
                                                           rd_kafka_resp_err_t* last_error = nullptr);

/// The topic as this client sees it.
[[nodiscard]] absl::StatusOr<KafkaTopic> OpenKafkaTopic(rd_kafka_t* client, const KafkaConnection& connection);

/// The last header of this name; nothing where there is none. It lives as long as the message.
[[nodiscard]] std::optional<std::string_view> FindKafkaHeader(const rd_kafka_message_t& message, const char* name);

/// A librdkafka error as ours: a missing topic is NOT_FOUND, a refusal PERMISSION_DENIED, everything else UNAVAILABLE.
[[nodiscard]] absl::Status FromKafka(rd_kafka_resp_err_t error, std::string_view doing);

/// Milliseconds as librdkafka takes them.
[[nodiscard]] int KafkaMillis(std::chrono::milliseconds timeout);

}  // namespace throughline
