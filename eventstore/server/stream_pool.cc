// A queue of streams that want to read, the threads that serve it and look who waits for what is new, and one that
// watches the clock.
#include "eventstore/server/stream_pool.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/record_header.h"
#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// About what a stream's own look costs, in headers looked at for all.
constexpr std::size_t kHeadersPerStep = 32;

absl::Status Stopping() {
    return WithReason(
        absl::UnavailableError("the server is stopping; subscribe again after the last position you have"), "STOPPING");
}

}  // namespace

StreamPool::StreamPool(RecordLog& log, const Options& options)
    : log_(log), options_(options), end_(ToUint64(log.End())) {
    for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Work(); });
    threads_.emplace_back([this] { Watch(); });
    listening_ = log.Listen([this](Position end) { LogWentOn(end); });
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
    waiting_.Remove(stream.get());
    waiting_count_ = waiting_.size();
    streams_.erase(stream);
}

void StreamPool::Queue(std::shared_ptr<PooledStream> stream) {
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(stream));
    }
    work_.notify_one();
}

void StreamPool::StepOrQueue(std::shared_ptr<PooledStream> stream) {
    const SteadyClock::time_point began = SteadyClock::now();
    if (!quick_.Are(began)) return Queue(std::move(stream));
    const std::int64_t disk_reads = QuickReads::DiskReadsOfThisThread();
    stream->Step();
    quick_.Note(began, SteadyClock::now(), QuickReads::DiskReadsOfThisThread() != disk_reads);
}

bool StreamPool::Wait(std::shared_ptr<PooledStream> stream, const Query& query, Position from) {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) SetLookedUntil(from);
    if (from < looked_until_) return false;
    waiting_.Add(std::move(stream), query, from);
    // A commit either sees this count, or is seen below.
    waiting_count_ = waiting_.size();
    if (end_ > ToUint64(looked_until_) && !look_wanted_.exchange(true)) work_.notify_one();
    return true;
}

void StreamPool::LogWentOn(Position end) {
    for (std::uint64_t known = end_; known < ToUint64(end) && !end_.compare_exchange_weak(known, ToUint64(end));) {
    }
    if (waiting_count_ == 0 || look_wanted_.exchange(true)) return;
    // Between a thread's question whether there is work and its sleep.
    { const std::lock_guard lock(mutex_); }
    work_.notify_one();
}

void StreamPool::Stop() {
    std::vector<std::shared_ptr<PooledStream>> all;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        all.assign(streams_.begin(), streams_.end());
    }
    for (const auto& stream : all) stream->Stop(Stopping());
}

std::size_t StreamPool::size() {
    const std::lock_guard lock(mutex_);
    return streams_.size();
}

void StreamPool::Work() {
    Lock lock(mutex_);
    while (!closing_) {
        const bool may_look = look_wanted_ && !looking_;
        if (may_look && SteadyClock::now() >= next_look_) {
            Look(lock);
        } else if (!queue_.empty()) {
            const std::shared_ptr<PooledStream> next = std::move(queue_.front());
            queue_.pop_front();
            lock.unlock();
            next->Step();
            lock.lock();
        } else if (may_look && !timing_) {
            timing_ = true;
            work_.wait_until(lock, next_look_);
            timing_ = false;
        } else {
            work_.wait(lock);
        }
    }
}

void StreamPool::Look(Lock& lock) {
    look_wanted_ = false;
    const Position from = looked_until_;
    const Position end{end_.load()};
    if (waiting_.empty() || end <= from) return;
    if (ToUint64(end) - ToUint64(from) > kHeadersPerStep * waiting_.size()) {
        QueueAllWaiting();
    } else {
        looking_ = true;
        lock.unlock();
        const absl::Status looked = LookAt(from, end);
        lock.lock();
        looking_ = false;
        // Each finds out for itself what is wrong.
        if (!looked.ok()) QueueAllWaiting();
    }
    SetLookedUntil(end);
    waiting_count_ = waiting_.size();
    next_look_ = SteadyClock::now() + options_.look_every;
    if (queue_.size() > 1) work_.notify_all();
}

absl::Status StreamPool::LookAt(Position from, Position end) {
    ReadOptions options;
    options.until = Position{ToUint64(end) - 1};
    options.headers_only = true;
    for (options.from = from; options.from;) {
        const absl::StatusOr<ReadProgress> progress = log_.Visit(options, [this](const RecordView& record) {
            const std::optional<RecordHeaderView> header = ParseRecordHeader(record.header);
            const std::lock_guard lock(mutex_);
            if (header) {
                waiting_.TakeMatching(record.position, *header, matching_);
                for (auto& stream : matching_) queue_.push_back(std::move(stream));
                matching_.clear();
            } else {
                QueueAllWaiting();
            }
            SetLookedUntil(Next(record.position));
        });
        if (!progress.ok()) return progress.status();
        options.from = progress->next;
    }
    return absl::OkStatus();
}

void StreamPool::QueueAllWaiting() {
    waiting_.TakeAll(matching_);
    for (auto& stream : matching_) queue_.push_back(std::move(stream));
    matching_.clear();
}

void StreamPool::SetLookedUntil(Position position) {
    looked_until_ = std::max(looked_until_, position);
}

void StreamPool::Watch() {
    std::vector<std::pair<std::shared_ptr<PooledStream>, std::optional<Position>>> all;
    while (true) {
        {
            Lock lock(mutex_);
            watch_.wait_for(lock, options_.watch_every, [this] { return closing_; });
            if (closing_) return;
            for (const auto& stream : streams_) {
                all.emplace_back(stream, waiting_.Contains(stream.get()) ? std::optional(looked_until_) : std::nullopt);
            }
        }
        const auto now = SteadyClock::now();
        for (const auto& [stream, looked_until] : all) stream->Watch(now, looked_until);
        all.clear();
    }
}

}  // namespace throughline
