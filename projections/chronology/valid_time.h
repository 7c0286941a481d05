// When a fact was so, as an instant that entries are put in order by, and whether it was written down late.
#pragma once

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "throughline/events/v1/fact.pb.h"

namespace throughline {

/// The instant of `occurred`; a date is the start of that day in Europe/London.
///   INVALID_ARGUMENT   it says neither a day nor an instant, or a day that does not exist
[[nodiscard]] absl::StatusOr<Instant> ValidTime(const events::v1::Occurred& occurred);

/// Written down more than a day after it was so: over 24 hours after an instant, or on a day later than the next one
/// after a date (what is known to the day only is not late on the morning after).
[[nodiscard]] bool IsLate(const events::v1::Occurred& occurred, Instant recorded_at);

}  // namespace throughline
