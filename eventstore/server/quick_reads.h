// Whether reads are answered from memory at present.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace throughline {

/// Somebody who must not wait long may read himself while reads are quick: while the operating system has in memory
/// what they ask for. A read that went to the disk, or took long otherwise, keeps all of them from it for a hundred
/// times as long as it took. So each thread waits that way for a hundredth of its time at most. Safe from many threads.
class QuickReads {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    [[nodiscard]] bool Are(TimePoint now) const {
        return now.time_since_epoch().count() >= slow_until_.load(std::memory_order_relaxed);
    }

    void Note(TimePoint began, TimePoint ended, bool went_to_the_disk);

    /// How often the operating system went to the disk for this thread, for what it may tell: a number that grows.
    [[nodiscard]] static std::int64_t DiskReadsOfThisThread();

  private:
    using Duration = TimePoint::duration;

    // The longest short read takes a millisecond of a processor, and may have to share it.
    static constexpr std::chrono::milliseconds kQuick{5};
    static constexpr int kRest = 100;

    std::atomic<Duration::rep> slow_until_ = Duration::min().count();
};

}  // namespace throughline
