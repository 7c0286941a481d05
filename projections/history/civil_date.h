// Civil dates as people in school write them, counted in days, so that rules can compare and add.
#pragma once

#include <cstdint>
#include <string>

#include "eventstore/base/clock.h"
#include "throughline/events/v1/date.pb.h"
#include "throughline/events/v1/fact.pb.h"

namespace throughline {

/// A civil date in Europe/London, as days since 1970-01-01. Days compare; they do not convert into counts.
enum class Day : std::int64_t {};

[[nodiscard]] constexpr std::int64_t ToInt64(Day day) {
    return static_cast<std::int64_t>(day);
}
[[nodiscard]] constexpr Day AddDays(Day day, std::int64_t days) {
    return Day{ToInt64(day) + days};
}

/// Whether it names a day that exists, in the years 1900 to 2199.
[[nodiscard]] bool IsValid(const events::v1::Date& date);

/// The day of a valid date; 1970-01-01 for one that is not (dates are checked before they are written).
[[nodiscard]] Day ToDay(const events::v1::Date& date);

[[nodiscard]] events::v1::Date ToDate(Day day);

/// The day on which an instant falls in Europe/London, summer time included.
[[nodiscard]] Day LondonDay(Instant instant);

/// For a person: "1 September 2025".
[[nodiscard]] std::string ToText(Day day);

/// For a program: "2025-09-01" (ISO 8601).
[[nodiscard]] std::string ToIsoText(Day day);

/// The whole of a day, as facts carry it.
[[nodiscard]] events::v1::Occurred OccurredOn(Day day);

}  // namespace throughline
