// Keeps one view up to date, from whatever feeds it, on a thread of its own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "projections/runner/feed.h"
#include "projections/runner/row_store.h"
#include "projections/runner/view.h"
#include "projections/runner/waiters.h"
#include "throughline/views/v1/status_service.pb.h"

namespace throughline {

/// Takes each record in exactly once and in order, whatever the feed repeats or leaves out: a record that was taken in
/// before is dropped, and what is missing is read from the event log first. Rows and position change in one commit.
///
/// What passes (the log or Kafka out of reach, a full disk) is tried again for ever, with growing pauses, and shows in
/// Status().trouble(); nothing is skipped. What a view cannot fold parks its group, shows in Status().parked(), and is
/// taken up again when the runner starts or the view is rebuilt.
///
/// Safe from many threads.
class Runner {
  public:
    /// Callers of WhenReached() that may wait at a time.
    static constexpr std::size_t kWaitingMax = 1'024;

    /// All outlive the runner, apart from the feed, which is its own.
    Runner(const View& view, std::unique_ptr<Feed> feed, EventLog& log, RowStore& rows);
    /// As Stop().
    ~Runner();

    /// Starts the thread. Once. Rows of another log are dropped; those of another version of the view serve until they
    /// are built anew.
    void Start();

    /// Ends the thread, and lets everybody go who waits. What was not committed is folded again at the next start.
    void Stop();

    /// Calls back once everything before `end` is in the rows, without holding a thread. See Waiters for what the
    /// callback may do and get. Returns a ticket for CancelWait().
    std::uint64_t WhenReached(Position end, Waiters::Deadline deadline, Waiters::Callback callback);
    bool CancelWait(std::uint64_t ticket) { return waiters_.Cancel(ticket); }

    /// Builds all rows anew from the event log while the present ones go on serving, then puts them in their place.
    /// Returns how many records were taken in. Holds the caller's thread for as long as that takes.
    ///   ABORTED       it is being built anew already
    ///   CANCELLED     the runner is not running, or stops
    ///   UNAVAILABLE   the log or the disk refused; the present rows stay
    [[nodiscard]] absl::StatusOr<std::uint64_t> Rebuild();

    /// How far the view has come, and what stands in its way.
    [[nodiscard]] views::v1::FollowerStatus Status() const;

    [[nodiscard]] const View& view() const { return view_; }
    [[nodiscard]] RowStore& rows() { return rows_; }

  private:
    void Run();
    [[nodiscard]] absl::Status PrepareRows();
    [[nodiscard]] absl::Status StartFeed();
    [[nodiscard]] absl::Status TakeIn();
    [[nodiscard]] absl::Status Fold(const std::vector<FeedItem>& items);
    [[nodiscard]] absl::Status FillGap(Position until);
    [[nodiscard]] absl::Status BuildBeside();
    [[nodiscard]] absl::Status PutInPlace();
    void SwapIfAsked();
    [[nodiscard]] absl::Status Committed();
    void Report(const absl::Status& status);
    [[nodiscard]] bool Stopping() const { return stopping_; }

    const View& view_;
    const std::unique_ptr<Feed> feed_;
    EventLog& log_;
    RowStore& rows_;
    Waiters waiters_;

    std::vector<FeedItem> items_;  // Of the runner's thread: taken from the feed, not yet committed.

    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    views::v1::FollowerStatus status_;
    bool running_ = false;
    bool prepared_ = false;  // The rows are of this log and of this version of the view.
    bool rebuilding_ = false;
    bool swap_asked_ = false;  // The rows beside are built; the runner's thread is to put them in place.
    absl::Status swap_status_;
    std::thread thread_;
};

}  // namespace throughline
