// A queue of streams that want to read, the threads that serve it, and one that watches the clock.
#include "eventstore/server/stream_pool.h"

#include <algorithm>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

absl::Status Stopping() {
    return WithReason(
        absl::UnavailableError("the server is stopping; subscribe again after the last position you have"), "STOPPING");
}

}  // namespace

StreamPool::StreamPool(EventLog& log, const Options& options) : options_(options), end_(log.End()) {
    for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Read(); });
    threads_.emplace_back([this] { Watch(); });
    listening_ = log.Listen([this](Position end) {
        const std::lock_guard lock(mutex_);
        end_ = std::max(end_, end);
        went_on_ = true;
        work_.notify_one();
    });
}

StreamPool::~StreamPool() {
    listening_.reset();
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    work_.notify_all();
    watch_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

absl::Status StreamPool::Add(const std::shared_ptr<PooledStream>& stream) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Stopping();
    if (streams_.size() >= options_.streams_max) {
        return WithRetryAfter(WithReason(absl::ResourceExhaustedError(fmt::format(
                                             "{} of {} subscriptions are in use; try again when one has ended",
                                             streams_.size(), options_.streams_max)),
                                         "SUBSCRIPTIONS_FULL"),
                              std::chrono::seconds(5));
    }
    streams_.insert(stream);
    return absl::OkStatus();
}

void StreamPool::Remove(const std::shared_ptr<PooledStream>& stream) {
    const std::lock_guard lock(mutex_);
    streams_.erase(stream);
}

void StreamPool::Queue(const std::shared_ptr<PooledStream>& stream) {
    const std::lock_guard lock(mutex_);
    queue_.push_back(stream);
    work_.notify_one();
}

bool StreamPool::Beyond(Position seen) {
    const std::lock_guard lock(mutex_);
    return end_ > seen;
}

void StreamPool::Stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    for (const auto& stream : Streams()) stream->Stop(Stopping());
}

std::size_t StreamPool::size() {
    const std::lock_guard lock(mutex_);
    return streams_.size();
}

std::vector<std::shared_ptr<PooledStream>> StreamPool::Streams() {
    const std::lock_guard lock(mutex_);
    return {streams_.begin(), streams_.end()};
}

void StreamPool::Read() {
    std::unique_lock lock(mutex_);
    while (true) {
        work_.wait(lock, [this] { return closing_ || went_on_ || !queue_.empty(); });
        if (closing_) return;
        if (went_on_) {
            went_on_ = false;
            const std::vector<std::shared_ptr<PooledStream>> all(streams_.begin(), streams_.end());
            lock.unlock();
            for (const auto& stream : all) stream->LogWentOn();
            lock.lock();
            continue;
        }
        const std::shared_ptr<PooledStream> next = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        next->Step();
        lock.lock();
    }
}

void StreamPool::Watch() {
    while (true) {
        {
            std::unique_lock lock(mutex_);
            watch_.wait_for(lock, options_.watch_every, [this] { return closing_; });
            if (closing_) return;
        }
        const auto now = std::chrono::steady_clock::now();
        for (const auto& stream : Streams()) stream->Watch(now);
    }
}

}  // namespace throughline
