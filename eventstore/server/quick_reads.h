// Whether reads are answered from memory at present, judged by how long the last ones took.
#pragma once

#include <atomic>
#include <chrono>

namespace throughline {

/// Somebody who must not wait long may read himself while reads are quick; one that was slow keeps all of them from it
/// for a hundred times as long as it took, so that they wait for no more than a hundredth of the time. Safe from many
/// threads.
class QuickReads {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    [[nodiscard]] bool Are(TimePoint now) const {
        return now.time_since_epoch() >= Duration(slow_until_.load(std::memory_order_relaxed));
    }

    void Note(TimePoint began, TimePoint ended) {
        const Duration took = ended - began;
        if (took > kQuick)
            slow_until_.store((ended.time_since_epoch() + kRest * took).count(), std::memory_order_relaxed);
    }

  private:
    using Duration = TimePoint::duration;

    // Some hundred records that stand far apart take 1 ms from memory, and a disk takes 5 ms for fifty of them.
    static constexpr std::chrono::milliseconds kQuick{5};
    static constexpr int kRest = 100;

    std::atomic<Duration::rep> slow_until_ = Duration::min().count();
};

}  // namespace throughline
