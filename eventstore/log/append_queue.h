// Where appends wait for the writer: bounded, first come first served.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <semaphore>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/log/record_log.h"

namespace throughline {

/// An append that waits, and its answer.
class WaitingAppend {
  public:
    explicit WaitingAppend(SealedAppend append);

    [[nodiscard]] const SealedAppend& append() const { return append_; }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

    /// Wakes the caller. Once only; the append may be gone afterwards.
    void Answer(absl::StatusOr<AppendOutcome> outcome);

    /// Waits for Answer().
    [[nodiscard]] absl::StatusOr<AppendOutcome> Wait();

  private:
    const SealedAppend append_;
    std::size_t bytes_ = 0;
    absl::StatusOr<AppendOutcome> outcome_;
    std::binary_semaphore answered_{0};
};

/// Safe from many threads.
class AppendQueue {
  public:
    /// RESOURCE_EXHAUSTED (LOG_QUEUE_FULL) with a retry hint, or UNAVAILABLE (LOG_CLOSED). `waiting` must live until it
    /// is answered.
    [[nodiscard]] absl::Status Push(WaitingAppend& waiting);

    /// Waits for appends and takes what one commit may hold, at least one; empty once closed and drained.
    [[nodiscard]] std::vector<WaitingAppend*> Take();

    /// Takes no more in; what waits is still handed out.
    void Close();

  private:
    std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<WaitingAppend*> waiting_;
    bool closed_ = false;
};

}  // namespace throughline
