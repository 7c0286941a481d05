// Everything that waits while one commit is synced goes into the next: that is the group commit.
#include "eventstore/log/append_queue.h"

#include <utility>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"

namespace throughline {

WaitingAppend::WaitingAppend(SealedAppend append) : append_(std::move(append)), outcome_(AppendOutcome{}) {
    for (const SealedEvent& event : append_.events) bytes_ += event.header.size() + event.sealed_body.size();
}

void WaitingAppend::Answer(absl::StatusOr<AppendOutcome> outcome) {
    outcome_ = std::move(outcome);
    answered_.release();
}

absl::StatusOr<AppendOutcome> WaitingAppend::Wait() {
    answered_.acquire();
    return std::move(outcome_);
}

absl::Status AppendQueue::Push(WaitingAppend& waiting) {
    {
        const std::lock_guard lock(mutex_);
        if (closed_)
            return WithReason(absl::UnavailableError("the log is closing; repeat after its restart"), "LOG_CLOSED");
        if (waiting_.size() >= limits::kWaitingAppendsMax) {
            return WithRetryAfter(WithReason(absl::ResourceExhaustedError(fmt::format(
                                                 "{} appends wait already; repeat this one later", waiting_.size())),
                                             "LOG_QUEUE_FULL"),
                                  std::chrono::milliseconds(100));
        }
        waiting_.push_back(&waiting);
    }
    filled_.notify_one();
    return absl::OkStatus();
}

std::vector<WaitingAppend*> AppendQueue::Take() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    std::vector<WaitingAppend*> taken;
    std::size_t bytes = 0;
    while (!waiting_.empty() && taken.size() < limits::kAppendsPerCommitMax) {
        bytes += waiting_.front()->bytes();
        if (!taken.empty() && bytes > limits::kCommitBytesMax) break;
        taken.push_back(waiting_.front());
        waiting_.pop_front();
    }
    return taken;
}

void AppendQueue::Close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    filled_.notify_all();
}

}  // namespace throughline
