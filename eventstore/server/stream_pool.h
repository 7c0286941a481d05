// The few threads that read for all subscribers, so that no gRPC callback ever blocks.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "eventstore/store/event_log.h"

namespace throughline {

/// Something that reads the log piece by piece, whenever the pool lets it.
class PooledStream {
  public:
    virtual ~PooledStream() = default;

    /// Reads the next piece; on one of the pool's threads.
    virtual void Step() = 0;

    /// The log went on: asks for a step if it was waiting for that.
    virtual void LogWentOn() = 0;

    /// Called a few times a second: cuts off a reader that does not keep up.
    virtual void Watch(std::chrono::steady_clock::time_point now) = 0;

    /// The server stops: end with `status` as soon as nothing is under way.
    virtual void Stop(const absl::Status& status) = 0;
};

/// Lets streams read in turn. Safe from many threads. Outlives its streams: destroy it after the gRPC server.
class StreamPool {
  public:
    struct Options {
        std::size_t threads = 2;
        std::size_t streams_max = 1'024;
        std::chrono::milliseconds watch_every{250};
    };

    StreamPool(EventLog& log, const Options& options);
    ~StreamPool();

    /// RESOURCE_EXHAUSTED (SUBSCRIPTIONS_FULL) above the maximum, UNAVAILABLE once stopped.
    [[nodiscard]] absl::Status Add(const std::shared_ptr<PooledStream>& stream);
    void Remove(const std::shared_ptr<PooledStream>& stream);

    /// Lets `stream` take a step soon.
    void Queue(const std::shared_ptr<PooledStream>& stream);

    /// True where the log is known to go beyond `seen`; if not, LogWentOn() will be called when it does.
    [[nodiscard]] bool Beyond(Position seen);

    /// Ends every stream and refuses new ones.
    void Stop();

    [[nodiscard]] std::size_t size();

  private:
    void Read();
    void Watch();
    [[nodiscard]] std::vector<std::shared_ptr<PooledStream>> Streams();

    const Options options_;
    std::mutex mutex_;
    std::condition_variable work_;
    std::condition_variable watch_;
    std::deque<std::shared_ptr<PooledStream>> queue_;
    std::set<std::shared_ptr<PooledStream>> streams_;
    Position end_;
    bool went_on_ = false;
    bool stopping_ = false;
    bool closing_ = false;
    std::vector<std::thread> threads_;
    std::shared_ptr<void> listening_;
};

}  // namespace throughline
