// One reader of the log over gRPC: which piece comes next, when it waits, and when it is cut off.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "eventstore/server/stream_pool.h"
#include "eventstore/store/event_log.h"

namespace throughline {

/// What a stream reads, and how long it is patient.
struct StreamPlan {
    ReadOptions read;     ///< Forwards or backwards; `limit` 0: no limit; `bytes_max`: of one message, about.
    bool follow = false;  ///< Go on at the end; say up to where all was looked at.
    bool sealed = false;  ///< Leave bodies sealed.
    std::chrono::milliseconds write_timeout{30'000};
    std::chrono::milliseconds news_every{15'000};  ///< How often a follower hears of records that do not concern it.
};

/// The state of one stream. While one piece is written the next one is read, and no more: a reader who takes nothing
/// holds two pieces. A call that is no longer there is noticed at its next write.
///
/// A write that takes longer than the timeout ends the stream with RESOURCE_EXHAUSTED (SLOW_READER); the text names the
/// position to resume from. A reader who takes nothing at all for as long again loses the connection's stream. So does
/// one who does not take the last, small piece of a read: its status goes with it.
class RecordStream : public PooledStream, public std::enable_shared_from_this<RecordStream> {
  public:
    RecordStream(StreamPool& pool, RecordLog& sealed, EventLog& log, StreamPlan plan);

    /// Joins the pool and takes the first step or asks for it, or ends with the pool's refusal.
    void Begin();

    void Step() final;
    void Watch(std::chrono::steady_clock::time_point now, std::optional<Position> looked_until) final;
    void Stop(const absl::Status& status) final;

  protected:
    /// Writes a message; Written() is called when that is done. Called once at a time.
    virtual void Write(std::string message) = 0;
    /// Writes the last message and ends the call with OK. Written() is not called, or does nothing.
    virtual void WriteLast(std::string message) = 0;
    /// Ends the call. Called once.
    virtual void End(const absl::Status& status) = 0;
    /// Drops the call at once.
    virtual void Abort() = 0;

    void Written(bool ok);
    void Cancelled();
    void Left();

  private:
    using Lock = std::unique_lock<std::mutex>;

    enum class Reading {
        kQueued,    ///< The pool will take a step.
        kUnderWay,  ///< It takes one.
        kWaiting,   ///< For something new; the pool takes a step then.
        kResting,   ///< Until what was read is written.
    };
    struct Piece {
        std::string message;
        bool has_records = false;
        bool last = false;                 ///< Nothing comes after it.
        std::optional<Position> position;  ///< Everything up to here was looked at.
        std::uint64_t write = 0;           ///< Which write of the stream it is.
    };

    [[nodiscard]] absl::StatusOr<Piece> ReadPiece();
    [[nodiscard]] Position From() const { return next_.from.value_or(Position{0}); }
    [[nodiscard]] bool NewsAreDue(std::chrono::steady_clock::time_point now) const;
    void GoOn(Lock lock);
    void BeginWriting(Piece& piece);
    void Send(Piece piece);
    void EndWith(Lock lock, const absl::Status& status);

    StreamPool& pool_;
    RecordLog& sealed_;
    EventLog& log_;
    const StreamPlan plan_;

    // Of the thread that takes a step; under the mutex while none does.
    ReadOptions next_;
    std::uint64_t left_ = 0;
    bool read_all_ = false;
    std::size_t message_bytes_ = 0;  ///< Of the piece before.
    std::uint64_t records_max_;      ///< Of the next piece.
    std::string body_;

    std::mutex mutex_;
    Reading reading_ = Reading::kQueued;
    std::optional<Piece> ready_;  ///< Read, and to be written after the one under way.
    bool writing_ = false;
    std::uint64_t writes_ = 0;  ///< Begun so far.
    bool ended_ = false;
    std::optional<absl::Status> must_end_;  ///< When what is written is out.
    std::optional<Position> seen_;          ///< Everything up to here was looked at.
    std::optional<Position> told_;          ///< Everything up to here was written.
    std::optional<Position> being_told_;
    std::chrono::steady_clock::time_point told_at_{};
    std::optional<std::chrono::steady_clock::time_point> write_started_;
};

}  // namespace throughline
