// Everything that waits while one commit is synced goes into the next: that is the group commit.
#include "eventstore/log/append_queue.h"

#include <utility>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"

namespace throughline {

absl::StatusOr<AppendGroup> AppendQueue::Push(WaitingAppend& waiting) {
    AppendGroup alone;
    const std::lock_guard lock(mutex_);
    if (closed_) {
        return WithReason(absl::UnavailableError("the log is closing; repeat after its restart"), "LOG_CLOSED");
    }
    const bool too_many_bytes = !waiting_.empty() && bytes_ + waiting.prepared.bytes > limits::kWaitingBytesMax;
    if (waiting_.size() >= limits::kWaitingAppendsMax || too_many_bytes) {
        return WithRetryAfter(
            WithReason(absl::ResourceExhaustedError(fmt::format(
                           "{} appends of {} KiB wait already; repeat this one later", waiting_.size(), bytes_ / 1024)),
                       "LOG_QUEUE_FULL"),
            std::chrono::milliseconds(100));
    }
    if (!taken_ && waiting_.empty()) {
        taken_ = true;
        alone.push_back(std::move(waiting));
        return alone;
    }
    bytes_ += waiting.prepared.bytes;
    waiting_.push_back(std::move(waiting));
    if (std::exchange(awaited_, false)) came_.notify_one();
    return alone;
}

AppendGroup AppendQueue::Take() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return !taken_ && !lent_ && (closed_ || !waiting_.empty()); });
    AppendGroup group = NextGroup();
    taken_ = !group.empty();
    return group;
}

AppendGroup AppendQueue::Lend() {
    if (lent_.load(std::memory_order_relaxed)) return {};
    std::unique_lock lock(mutex_);
    if (lent_ || waiting_.empty()) return {};
    lent_ = true;
    came_.wait(lock, [this] { return !taken_; });
    taken_ = true;
    return NextGroup();
}

AppendGroup AppendQueue::Next(std::chrono::microseconds wait) {
    std::unique_lock lock(mutex_);
    if (waiting_.empty() && !closed_ && wait.count() > 0) {
        awaited_ = true;
        came_.wait_for(lock, wait, [this] { return closed_ || !waiting_.empty(); });
        awaited_ = false;
    }
    AppendGroup group = NextGroup();
    taken_ = !group.empty();
    lent_ = taken_;
    const bool over = closed_ && !taken_;
    lock.unlock();
    if (over) ready_.notify_one();
    return group;
}

AppendGroup AppendQueue::NextGroup() {
    AppendGroup group;
    std::size_t bytes = 0;
    while (!waiting_.empty() && group.size() < limits::kAppendsPerCommitMax) {
        bytes += waiting_.front().prepared.bytes;
        if (!group.empty() && bytes > limits::kCommitBytesMax) break;
        bytes_ -= waiting_.front().prepared.bytes;
        group.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return group;
}

void AppendQueue::Done() {
    std::unique_lock lock(mutex_);
    taken_ = false;
    const bool lent = lent_;
    const bool more = closed_ || !waiting_.empty();
    lock.unlock();
    if (lent) {
        came_.notify_one();
    } else if (more) {
        ready_.notify_one();
    }
}

void AppendQueue::Close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    ready_.notify_all();
    came_.notify_all();
}

}  // namespace throughline
