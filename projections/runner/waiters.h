// Those who wait for a view to reach a record: without a thread each, bounded, and never for ever.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "absl/status/status.h"
#include "eventstore/base/position.h"

namespace throughline {

/// Calls back when a position is reached or a deadline has passed, whichever is first. Safe from many threads.
///
/// Callbacks run on the thread that reports progress, on the timer's, or at once on the caller's own: they must hand
/// their work to somebody else and return. Each runs exactly once, unless it was cancelled.
class Waiters {
  public:
    using Deadline = std::chrono::steady_clock::time_point;
    /// OK when reached. DEADLINE_EXCEEDED says how far the view has come. RESOURCE_EXHAUSTED where too many wait.
    using Callback = std::function<void(const absl::Status&)>;

    /// `name` is the view's, for texts. At most `waiting_max` wait at a time.
    Waiters(std::string name, std::size_t waiting_max);
    /// As Stop().
    ~Waiters();

    /// Calls back once everything before `end` is in the rows. Returns a ticket for Cancel().
    std::uint64_t Add(Position end, Deadline deadline, Callback callback);

    /// True where the callback had not run, and now never will.
    bool Cancel(std::uint64_t ticket);

    /// Everything before `end` is in the rows now.
    void Reached(Position end);

    /// Lets everybody go with UNAVAILABLE, also those who come later.
    void Stop();

  private:
    struct Waiter {
        Position end{};
        Deadline deadline;
        Callback callback;
    };
    using Waiting = std::map<std::uint64_t, Waiter>;

    void RunTimer();

    const std::string name_;
    const std::size_t waiting_max_;
    std::mutex mutex_;
    std::condition_variable changed_;
    Waiting waiting_;
    std::multimap<Position, std::uint64_t> by_end_;
    std::multimap<Deadline, std::uint64_t> by_deadline_;
    std::uint64_t last_ticket_ = 0;
    Position reached_{};
    bool stopped_ = false;
    std::thread timer_;
};

}  // namespace throughline
