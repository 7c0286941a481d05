// Until when a command may be tried again.
#pragma once

#include <algorithm>
#include <chrono>

namespace throughline {

/// The caller's deadline, bounded. Real time, not the injected clock: a caller waits in real time, also for a store
/// whose clock stands still.
class Deadline {
  public:
    using Time = std::chrono::system_clock::time_point;

    /// `callers` is gRPC's: the far future where the caller set none.
    explicit Deadline(Time callers) {
        const Time now = std::chrono::system_clock::now();
        const bool none = callers == Time::max();
        until_ = none ? now + kWithoutDeadline : std::min(callers, now + kAtMost);
    }

    [[nodiscard]] bool Passed() const { return std::chrono::system_clock::now() >= until_; }

  private:
    static constexpr std::chrono::seconds kWithoutDeadline{10};
    static constexpr std::chrono::seconds kAtMost{60};

    Time until_;
};

}  // namespace throughline
