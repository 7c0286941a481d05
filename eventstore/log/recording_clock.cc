// A leap shows against the time since the machine started, which nobody sets.
#include "eventstore/log/recording_clock.h"

#include <time.h>

#include <algorithm>
#include <string>
#include <utility>

#include <date/date.h>
#include <fmt/format.h>

#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

std::string Text(Instant instant) {
    return date::format("%FT%TZ", instant);
}

absl::Status ClockWrong(std::string text) {
    return WithRetryAfter(WithReason(absl::UnavailableError(std::move(text)), "CLOCK_WRONG"), std::chrono::seconds(5));
}

}  // namespace

std::chrono::microseconds MachineUptime() {
    struct timespec now {};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::seconds(now.tv_sec) +
                                                                 std::chrono::nanoseconds(now.tv_nsec));
}

RecordingClock::RecordingClock(const Clock& clock, RecordingClockOptions options, Instant last)
    : clock_(clock),
      options_(std::move(options)),
      last_(last),
      seen_(clock.Now()),
      seen_at_uptime_(options_.uptime()) {}

absl::StatusOr<Instant> RecordingClock::Now() {
    const Instant now = clock_.Now();
    const std::chrono::microseconds uptime = options_.uptime();
    if (!options_.synthetic && now + options_.skew_max < last_) {
        return ClockWrong(fmt::format("the clock says {}, but the last record is from {}; set the clock right",
                                      Text(now), Text(last_)));
    }
    const Instant expected = seen_ + (uptime - seen_at_uptime_);
    if (!options_.synthetic && now > expected + options_.leap_max) {
        return ClockWrong(fmt::format(
            "the clock says {}, but by the machine's uptime it is {}; set the clock right, or restart if it now is",
            Text(now), Text(expected)));
    }
    seen_ = now;
    seen_at_uptime_ = uptime;
    last_ = std::max(last_, now);
    return last_;
}

}  // namespace throughline
