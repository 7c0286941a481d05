// Whether a topic keeps what is published to it, for ever and in order.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/publisher/kafka_client.h"

namespace throughline {

/// What a topic's settings mean for a copy of the log.
struct TopicFindings {
    std::vector<std::string> refusals;  ///< With any of these the topic would lose records.
    std::vector<std::string> warnings;  ///< With any of these it may, when a broker's disk is lost.
};

/// Judges a topic by its number of partitions and replicas, and by its settings as the broker tells them.
[[nodiscard]] TopicFindings JudgeTopic(int partitions, int replicas,
                                       const std::map<std::string, std::string>& settings);

/// What to do about a topic when its publisher connects.
struct TopicWishes {
    bool create = false;         ///< Create a missing one.
    bool check_settings = true;  ///< Ask for its settings, not only for its partitions and replicas.
};

/// Asks a broker about the topic. Returns the warnings; not being allowed to see the settings is one.
///   NOT_FOUND             there is no such topic
///   FAILED_PRECONDITION   it would lose records; the text lists why, and how to put it right
///   UNAVAILABLE           no broker answers
[[nodiscard]] absl::StatusOr<std::vector<std::string>> CheckTopic(rd_kafka_t* client, const KafkaConnection& connection,
                                                                  TopicWishes wishes);

}  // namespace throughline
