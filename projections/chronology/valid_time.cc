// Civil days and instants on one line.
#include "projections/chronology/valid_time.h"

#include <chrono>

#include <date/tz.h>

#include "projections/history/civil_date.h"

namespace throughline {
namespace {

Instant ToInstant(const google::protobuf::Timestamp& at) {
    return FromMicros(at.seconds() * 1'000'000 + at.nanos() / 1'000);
}

Instant StartOfDay(Day day) {
    static const date::time_zone* const london = date::locate_zone("Europe/London");
    const date::local_days local{date::days{ToInt64(day)}};
    // The clocks there change in the small hours, never at midnight; `earliest` only settles the type.
    const auto start = london->to_sys(local, date::choose::earliest);
    return std::chrono::time_point_cast<std::chrono::microseconds>(start);
}

}  // namespace

absl::StatusOr<Instant> ValidTime(const events::v1::Occurred& occurred) {
    switch (occurred.when_case()) {
        case events::v1::Occurred::kOn:
            if (!IsValid(occurred.on())) return absl::InvalidArgumentError("occurred on a day that does not exist");
            return StartOfDay(ToDay(occurred.on()));
        case events::v1::Occurred::kAt:
            return ToInstant(occurred.at());
        case events::v1::Occurred::WHEN_NOT_SET:
            break;
    }
    return absl::InvalidArgumentError("occurred neither on a day nor at an instant");
}

bool IsLate(const events::v1::Occurred& occurred, Instant recorded_at) {
    if (occurred.has_at()) return recorded_at - ToInstant(occurred.at()) > std::chrono::hours(24);
    return AddDays(ToDay(occurred.on()), 1) < LondonDay(recorded_at);
}

}  // namespace throughline
