// What time a commit is recorded at: never backwards, and never from a clock that is plainly wrong.
#pragma once

#include <chrono>
#include <functional>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"

namespace throughline {

struct RecordingClockOptions {
    std::chrono::microseconds skew_max{};  ///< How far the clock may stand behind the last record.
    std::chrono::microseconds leap_max{};  ///< How far it may run ahead of `uptime` between two appends.
    bool synthetic = false;                ///< Moved by hand: neither is checked.
    std::function<std::chrono::microseconds()> uptime{};
};

/// Time since the machine started, suspended or not (CLOCK_BOOTTIME).
[[nodiscard]] std::chrono::microseconds MachineUptime();

/// For one thread.
class RecordingClock {
  public:
    /// `last`: when the last record was recorded. `clock` must outlive this.
    RecordingClock(const Clock& clock, RecordingClockOptions options, Instant last);

    /// The time to record now.
    ///   UNAVAILABLE (CLOCK_WRONG)  the clock stands behind the last record, or leapt ahead; lasts until it is set
    ///   right
    [[nodiscard]] absl::StatusOr<Instant> Now();

  private:
    const Clock& clock_;
    const RecordingClockOptions options_;
    Instant last_;
    Instant seen_;
    std::chrono::microseconds seen_at_uptime_;
};

}  // namespace throughline
