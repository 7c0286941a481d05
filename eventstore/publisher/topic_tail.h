// The end of a topic: what it holds last, and therefore what comes next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/base/position.h"
#include "eventstore/base/uuid.h"
#include "eventstore/log/record_log.h"
#include "eventstore/publisher/kafka_client.h"

namespace throughline {

/// The last messages of a topic, at most kInFlightRecordsMax.
struct TopicTail {
    std::int64_t end = 0;              ///< Offset that the next message gets.
    bool whole = true;                 ///< The tail is the whole topic, from its offset 0.
    std::vector<Position> positions;   ///< In the order of their offsets.
    std::optional<StoredRecord> last;  ///< The last message; absent in an empty topic.
};

/// The offset that the topic's next message gets. `client` may be of any kind.
///   NOT_FOUND           there is no such topic
///   DEADLINE_EXCEEDED   no broker answers
///   UNAVAILABLE         the broker answers with an error
[[nodiscard]] absl::StatusOr<std::int64_t> ReadTopicEnd(rd_kafka_t* client, const KafkaConnection& connection);

/// Reads the tail. All of it must come from this store. Errors as ReadTopicEnd, and
///   FAILED_PRECONDITION   it holds another store's records, or none at all (reason TOPIC_OF_ANOTHER_STORE)
[[nodiscard]] absl::StatusOr<TopicTail> ReadTopicTail(const KafkaConnection& connection, const Uuid& store);

/// Where to go on so that every position appears: behind the last message, or at the first position that is missing.
[[nodiscard]] Position ResumeBehind(const TopicTail& tail);

}  // namespace throughline
