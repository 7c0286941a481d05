// What a record looks like in Kafka: made from the stored record alone, so that publishing it again gives the same
// bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/base/position.h"
#include "eventstore/base/uuid.h"
#include "eventstore/log/record_log.h"

namespace throughline {

inline constexpr char kSequenceHeader[] = "ce_sequence";
inline constexpr char kSourceHeader[] = "ce_source";

/// A Kafka message: no key, CloudEvents 1.0 in binary mode.
/// Source: CloudEvents Kafka protocol binding 1.0.2 §3.2.
struct PublishedRecord {
    Position position{};
    std::string value;  ///< A serialised SealedRecord: the stored bytes, sealed.
    std::vector<std::pair<std::string, std::string>> headers;
};

/// A record as published.
///   DATA_LOSS   the stored header cannot be read, or names another position
[[nodiscard]] absl::StatusOr<PublishedRecord> ToPublished(const Uuid& store, const StoredRecord& record);

/// The stored record in a message's value.
///   DATA_LOSS   the value is no record
[[nodiscard]] absl::StatusOr<StoredRecord> FromPublished(std::string_view value);

/// The value of `ce_source` for a store: "urn:throughline:store:<id>".
[[nodiscard]] std::string PublishedSource(const Uuid& store);

/// The position in a `ce_sequence` of 20 digits; nothing for anything else.
[[nodiscard]] std::optional<Position> ParseSequence(std::string_view text);

}  // namespace throughline
