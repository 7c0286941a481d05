// The seam to time: nothing below or above reads a clock except through this.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace throughline {

/// An instant: microseconds since 1970-01-01 UTC.
using Instant = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

[[nodiscard]] Instant FromMicros(std::int64_t micros);
[[nodiscard]] std::int64_t ToMicros(Instant instant);

/// Tells the time. Safe from many threads.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant Now() const = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
  public:
    [[nodiscard]] Instant Now() const override;
};

/// A clock that stands still until it is moved: for synthetic stores and for tests.
class StandingClock final : public Clock {
  public:
    explicit StandingClock(Instant now);
    [[nodiscard]] Instant Now() const override;

    /// Moves forward to `to`; an instant that has passed changes nothing.
    void MoveTo(Instant to);

  private:
    std::atomic<std::int64_t> micros_;
};

}  // namespace throughline
