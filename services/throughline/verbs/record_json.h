// One record of the log as a JSON object: what `tail --output jsonl` prints, a line each.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "throughline/eventstore/v1/event_log_service.pb.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {

/// {"position", "event_id", "type", "tags", "recorded_at", "subject_id", "schema_version", "correlation_id",
/// "causation_id" (null where a person did it), "request_index", "request_size", "erased", and "fact" (a
/// throughline.events.v1.Fact) or, for a record of the store's own, "message"}. Both in protobuf's JSON mapping, with
/// the contracts' field names; null where erased.
///   DATA_LOSS   header or body cannot be read
[[nodiscard]] absl::StatusOr<std::string> RecordJson(const eventstore::v1::ReadRecord& record);

/// Microseconds since 1970-01-01 UTC as RFC 3339.
[[nodiscard]] std::string InstantText(std::int64_t micros);

/// DATA_LOSS where the header's bytes do not parse.
[[nodiscard]] absl::StatusOr<eventstore::v1::RecordHeader> HeaderOf(const eventstore::v1::ReadRecord& record);

}  // namespace throughline
