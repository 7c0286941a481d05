// Where appends wait for the writer: bounded, first come first served, and whose turn it is to commit.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/log/prepared_append.h"
#include "eventstore/log/record_log.h"

namespace throughline {

/// An append that waits, and who is to be told.
struct WaitingAppend {
    PreparedAppend prepared;
    Position checked_until{};  ///< Its caller looked at everything before this: no such command, and no match.
    AppendDone done;
};

/// The appends of one commit.
using AppendGroup = std::vector<WaitingAppend>;

/// Safe from many threads. At most one thread has the turn to commit.
class AppendQueue {
  public:
    /// Takes an append in. Where nobody has the turn and nothing waits, the caller gets the turn and the append back,
    /// to commit it alone and call Done(): then no other thread need be woken. Else nothing comes back, and the append
    /// is taken in.
    /// RESOURCE_EXHAUSTED (LOG_QUEUE_FULL) with a retry hint, or UNAVAILABLE (LOG_CLOSED): `waiting` is then as it was.
    [[nodiscard]] absl::StatusOr<AppendGroup> Push(WaitingAppend& waiting);

    /// Waits for appends and for the turn, and takes what one commit may hold, at least one; empty once closed and
    /// drained. Then call Done(). It waits as long as a thread is lent.
    [[nodiscard]] AppendGroup Take();

    /// For a thread that is lent. Where appends wait and no thread is lent yet, it waits until whoever has the turn is
    /// done, and takes the turn and as much as one commit may hold; then call Next(). Else empty, at once.
    [[nodiscard]] AppendGroup Lend();

    /// For a lent thread that has the turn: what came meanwhile, as much as one commit may hold. Where nothing did, nor
    /// does within `wait`, it is empty, the turn is given back, and the thread is lent no longer.
    [[nodiscard]] AppendGroup Next(std::chrono::microseconds wait = {});

    /// Gives the turn back; what waits is left to Lend() or Take().
    void Done();

    /// Takes no more in; what waits is still handed out.
    void Close();

  private:
    AppendGroup NextGroup();

    std::mutex mutex_;
    std::condition_variable ready_;
    std::condition_variable came_;  // For the lent thread: appends, or the turn.
    std::deque<WaitingAppend> waiting_;
    std::size_t bytes_ = 0;  // Of all that waits.
    bool taken_ = false;     // Somebody has the turn.
    bool awaited_ = false;   // The lent thread waits for appends.
    bool closed_ = false;
    // A thread is lent: it has the turn, or is the next to get it. Changed under the lock; mostly asked without it.
    std::atomic<bool> lent_ = false;
};

}  // namespace throughline
