// What every log refuses before and while it appends, in the same words.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/record_log.h"

namespace throughline {

/// INVALID_ARGUMENT, BAD_APPEND.
[[nodiscard]] absl::Status BadAppend(std::string text);

/// INVALID_ARGUMENT where a type or a tag is no label: empty, too long, or with a zero byte in it.
[[nodiscard]] absl::Status CheckType(std::string_view type);
[[nodiscard]] absl::Status CheckTag(std::string_view tag);

/// INVALID_ARGUMENT where a query is over a limit.
[[nodiscard]] absl::Status CheckQuery(const Query& query);

/// INVALID_ARGUMENT where a condition speaks of a position that the log does not have: it was read from another log.
[[nodiscard]] absl::Status CheckConditionAfter(const SealedAppend& append, Position end);

/// ABORTED, CONDITION_FAILED.
[[nodiscard]] absl::Status ConditionFailedError(const Condition& condition, Position failed_at);

/// FAILED_PRECONDITION, SUBJECT_ERASED.
[[nodiscard]] absl::Status SubjectErasedError();

/// The first answer to a known command, or ALREADY_EXISTS (COMMAND_REUSED) where it came with another request.
[[nodiscard]] absl::StatusOr<AppendOutcome> AnswerAgain(const StoredCommand& stored, std::string_view request_digest);

}  // namespace throughline
