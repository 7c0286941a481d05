// Waiting as two ordered lists and one timer thread.
#include "projections/runner/waiters.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

template <class Key>
void EraseTicket(std::multimap<Key, std::uint64_t>& index, const Key& key, std::uint64_t ticket) {
    const auto [begin, end] = index.equal_range(key);
    const auto found = std::find_if(begin, end, [ticket](const auto& entry) { return entry.second == ticket; });
    if (found != end) index.erase(found);
}

absl::Status Stopping(const std::string& name) {
    return absl::UnavailableError(fmt::format("the {} is stopping; ask again when it is up", name));
}

}  // namespace

Waiters::Waiters(std::string name, std::size_t waiting_max)
    : name_(std::move(name)), waiting_max_(waiting_max), timer_([this] { RunTimer(); }) {}

Waiters::~Waiters() {
    Stop();
    timer_.join();
}

std::uint64_t Waiters::Add(Position end, Deadline deadline, Callback callback) {
    absl::Status now;
    {
        const std::lock_guard lock(mutex_);
        if (stopped_) {
            now = Stopping(name_);
        } else if (reached_ < end) {
            if (waiting_.size() < waiting_max_) {
                const std::uint64_t ticket = ++last_ticket_;
                const bool first = by_deadline_.empty() || deadline < by_deadline_.begin()->first;
                by_end_.emplace(end, ticket);
                by_deadline_.emplace(deadline, ticket);
                waiting_.emplace(ticket, Waiter{end, deadline, std::move(callback)});
                if (first) changed_.notify_one();
                return ticket;
            }
            now = WithRetryAfter(absl::ResourceExhaustedError(
                                     fmt::format("{} callers wait for the {} already, at most {} may; ask again",
                                                 waiting_.size(), name_, waiting_max_)),
                                 std::chrono::milliseconds(500));
        }
    }
    callback(now);
    return 0;
}

bool Waiters::Cancel(std::uint64_t ticket) {
    Callback dropped;  // Destroyed after the lock is released: it may own what takes the lock again.
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(ticket);
    if (found == waiting_.end()) return false;
    EraseTicket(by_end_, found->second.end, ticket);
    EraseTicket(by_deadline_, found->second.deadline, ticket);
    dropped = std::move(found->second.callback);
    waiting_.erase(found);
    return true;
}

void Waiters::Reached(Position end) {
    std::vector<Callback> done;
    {
        const std::lock_guard lock(mutex_);
        reached_ = std::max(reached_, end);
        while (!by_end_.empty() && by_end_.begin()->first <= reached_) {
            const auto found = waiting_.find(by_end_.begin()->second);
            EraseTicket(by_deadline_, found->second.deadline, found->first);
            done.push_back(std::move(found->second.callback));
            waiting_.erase(found);
            by_end_.erase(by_end_.begin());
        }
    }
    for (const Callback& callback : done) callback(absl::OkStatus());
}

void Waiters::Stop() {
    Waiting gone;
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        gone.swap(waiting_);
        by_end_.clear();
        by_deadline_.clear();
        changed_.notify_one();
    }
    for (const auto& [ticket, waiter] : gone) waiter.callback(Stopping(name_));
}

void Waiters::RunTimer() {
    std::unique_lock lock(mutex_);
    while (!stopped_) {
        if (by_deadline_.empty()) {
            changed_.wait(lock);
            continue;
        }
        const Deadline first = by_deadline_.begin()->first;
        if (std::chrono::steady_clock::now() < first) {
            changed_.wait_until(lock, first);
            continue;
        }
        const auto found = waiting_.find(by_deadline_.begin()->second);
        const Waiter late = std::move(found->second);
        EraseTicket(by_end_, late.end, found->first);
        by_deadline_.erase(by_deadline_.begin());
        waiting_.erase(found);
        const std::uint64_t reached = ToUint64(reached_);
        lock.unlock();
        late.callback(absl::DeadlineExceededError(
            fmt::format("the {} has taken in {} records, {} were asked for; ask again with the same token", name_,
                        reached, ToUint64(late.end))));
        lock.lock();
    }
}

}  // namespace throughline
