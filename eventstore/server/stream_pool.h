// The few threads that read for all subscribers, so that no gRPC callback blocks for long.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "eventstore/log/record_log.h"
#include "eventstore/server/quick_reads.h"
#include "eventstore/server/waiting_streams.h"

namespace throughline {

/// Something that reads the log piece by piece, whenever the pool lets it.
class PooledStream {
  public:
    virtual ~PooledStream() = default;

    /// Reads the next piece; on one of the pool's threads, or on that of who asked for it.
    virtual void Step() = 0;

    /// Called a few times a second: cuts off a reader that does not keep up. `looked_until`, where the stream waits: it
    /// need not look at what stands before that.
    virtual void Watch(std::chrono::steady_clock::time_point now, std::optional<Position> looked_until) = 0;

    /// The server stops: end with `status` as soon as nothing is under way.
    virtual void Stop(const absl::Status& status) = 0;
};

/// Lets streams read in turn. Safe from many threads. Outlives its streams: destroy it after the gRPC server.
///
/// Streams that wait cost next to nothing: one thread looks at each new record's header for all of them, every few
/// milliseconds while commits come fast and at once when they do not, and only those whose query matches take a step.
class StreamPool {
  public:
    struct Options {
        std::size_t threads = 4;
        std::size_t streams_max = 1'024;
        std::chrono::milliseconds watch_every{250};
        std::chrono::microseconds look_every{5'000};  ///< At most so often it is looked who waits for new records.
    };

    StreamPool(RecordLog& log, const Options& options);
    ~StreamPool();

    /// RESOURCE_EXHAUSTED (SUBSCRIPTIONS_FULL) above the maximum, UNAVAILABLE once stopped.
    [[nodiscard]] absl::Status Add(const std::shared_ptr<PooledStream>& stream);
    void Remove(const std::shared_ptr<PooledStream>& stream);

    /// Lets `stream` take a step soon.
    void Queue(std::shared_ptr<PooledStream> stream);

    /// Lets `stream` take a short step here and now, or soon, where such steps were slow lately.
    void StepOrQueue(std::shared_ptr<PooledStream> stream);

    /// Lets `stream` take a step once something that matches `query` stands at `from` or after it. False where some of
    /// that was looked at already: then it must look itself. `query` must live as long as the stream.
    [[nodiscard]] bool Wait(std::shared_ptr<PooledStream> stream, const Query& query, Position from);

    /// Ends every stream and refuses new ones.
    void Stop();

    [[nodiscard]] std::size_t size();

  private:
    using Lock = std::unique_lock<std::mutex>;

    void Work();
    void Watch();
    void LogWentOn(Position end);
    void Look(Lock& lock);
    [[nodiscard]] absl::Status LookAt(Position from, Position end);
    void QueueAllWaiting();
    void SetLookedUntil(Position position);

    RecordLog& log_;
    const Options options_;
    QuickReads quick_;
    std::mutex mutex_;
    std::condition_variable work_;
    std::condition_variable watch_;
    std::deque<std::shared_ptr<PooledStream>> queue_;
    absl::flat_hash_set<std::shared_ptr<PooledStream>> streams_;
    WaitingStreams waiting_;
    Position looked_until_{};  ///< Everything before was looked at for those who wait.
    bool looking_ = false;
    bool timing_ = false;  ///< A thread sleeps until the next look.
    std::chrono::steady_clock::time_point next_look_{};
    std::vector<std::shared_ptr<PooledStream>> matching_;
    bool stopping_ = false;
    bool closing_ = false;

    // What a commit touches: no lock, unless somebody waits and nobody is about to look.
    std::atomic<std::uint64_t> end_;
    std::atomic<std::size_t> waiting_count_ = 0;
    std::atomic<bool> look_wanted_ = false;

    std::vector<std::thread> threads_;
    std::shared_ptr<void> listening_;
};

}  // namespace throughline
