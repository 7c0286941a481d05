// What the store refuses before it seals anything: every bad field of a request at once.
#pragma once

#include <optional>
#include <span>

#include "absl/status/status.h"
#include "eventstore/base/query.h"
#include "eventstore/store/event_log.h"

namespace throughline {

/// INVALID_ARGUMENT with every field that is over a limit (eventstore/base/limits.h) or not well formed.
[[nodiscard]] absl::Status CheckAppendRequest(const CommandKey& key, const std::optional<Condition>& condition,
                                              std::span<const NewEvent> events);

}  // namespace throughline
