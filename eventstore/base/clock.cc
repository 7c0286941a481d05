// The machine's clock, and one that stands still.
#include "eventstore/base/clock.h"

namespace throughline {

Instant FromMicros(std::int64_t micros) {
    return Instant{std::chrono::microseconds{micros}};
}

std::int64_t ToMicros(Instant instant) {
    return instant.time_since_epoch().count();
}

Instant SystemClock::Now() const {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

StandingClock::StandingClock(Instant now) : micros_(ToMicros(now)) {}

Instant StandingClock::Now() const {
    return FromMicros(micros_.load());
}

void StandingClock::MoveTo(Instant to) {
    std::int64_t now = micros_.load();
    while (now < ToMicros(to) && !micros_.compare_exchange_weak(now, ToMicros(to))) {
    }
}

}  // namespace throughline
