// One reader of the log over gRPC: which piece comes next, when it waits, and when it is cut off.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "eventstore/server/stream_pool.h"
#include "eventstore/store/event_log.h"

namespace throughline {

/// What one message of a stream says.
struct StreamPiece {
    struct Item {
        std::string header;
        std::string body;
        bool erased = false;
    };
    std::vector<Item> items;
    std::optional<Position> position;  ///< Everything up to here was looked at.
};

/// What a stream reads, and how long it is patient.
struct StreamPlan {
    ReadOptions read;     ///< Forwards or backwards; `limit` 0: no limit.
    bool follow = false;  ///< Go on at the end.
    bool sealed = false;  ///< Leave bodies sealed.
    std::chrono::milliseconds write_timeout{30'000};
    std::chrono::milliseconds news_every{1'000};  ///< How often a follower hears of records that do not concern it.
};

/// The state of one stream. At most one read or write is under way; a call that is no longer there is noticed after it.
///
/// A write that takes longer than the timeout ends the stream with RESOURCE_EXHAUSTED (SLOW_READER); the text names the
/// position to resume from. A reader who takes nothing at all for as long again loses the connection's stream.
class RecordStream : public PooledStream, public std::enable_shared_from_this<RecordStream> {
  public:
    RecordStream(StreamPool& pool, RecordLog& sealed, EventLog& log, StreamPlan plan);

    /// Joins the pool and asks for the first step, or ends with its refusal.
    void Begin();

    void Step() final;
    void LogWentOn() final;
    void Watch(std::chrono::steady_clock::time_point now) final;
    void Stop(const absl::Status& status) final;

  protected:
    /// Writes a piece; Written() is called when that is done. Called once at a time.
    virtual void Write(const StreamPiece& piece) = 0;
    /// Ends the call. Called once.
    virtual void End(const absl::Status& status) = 0;
    /// Drops the call at once.
    virtual void Abort() = 0;

    void Written(bool ok);
    void Cancelled();
    void Left();

  private:
    enum class State { kQueued, kReading, kWriting, kWaiting, kEnding };

    [[nodiscard]] absl::StatusOr<StreamPiece> ReadPiece();
    void EndWith(std::unique_lock<std::mutex> lock, const absl::Status& status);
    void QueueStep(std::unique_lock<std::mutex> lock);
    void WaitOrGoOn(std::unique_lock<std::mutex> lock);
    void WritePiece(std::unique_lock<std::mutex> lock, const StreamPiece& piece);

    StreamPool& pool_;
    RecordLog& sealed_;
    EventLog& log_;
    const StreamPlan plan_;

    // Touched by the thread that takes a step, or after its write; steps and writes follow each other under the mutex.
    ReadOptions next_;
    std::uint64_t left_ = 0;
    bool read_all_ = false;

    std::mutex mutex_;
    State state_ = State::kQueued;
    std::optional<absl::Status> must_end_;
    std::optional<Position> seen_;  ///< Everything up to here was looked at.
    std::optional<Position> told_;  ///< Everything up to here was written.
    std::optional<Position> being_told_;
    std::chrono::steady_clock::time_point told_at_{};
    std::optional<std::chrono::steady_clock::time_point> write_started_;
    bool cut_off_ = false;
};

}  // namespace throughline
