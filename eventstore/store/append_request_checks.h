// What the store refuses before it seals anything: every bad field of a request at once.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "eventstore/base/query.h"
#include "eventstore/store/event_log.h"

namespace throughline {

/// INVALID_ARGUMENT with every field that is over a limit (eventstore/base/limits.h) or not well formed, by its path in
/// an AppendRequest.
[[nodiscard]] absl::Status CheckAppendRequest(const CommandKey& key, const std::optional<Condition>& condition,
                                              std::span<const NewEvent> events);

/// The same for a query that stands in the field `path`.
[[nodiscard]] absl::Status CheckQueryAt(std::string_view path, const Query& query);

}  // namespace throughline
