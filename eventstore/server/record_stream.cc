// The steps of a stream: read a piece, write it, wait for more.
#include "eventstore/server/record_stream.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

using SteadyClock = std::chrono::steady_clock;

absl::Status CallIsGone() {
    return absl::CancelledError("the caller went away");
}

absl::Status SlowReader(std::optional<Position> told, std::chrono::milliseconds patience) {
    const std::uint64_t resume = told ? ToUint64(*told) + 1 : 0;
    return WithReason(
        absl::ResourceExhaustedError(fmt::format(
            "a message was not taken within {} ms; resume from position {} and read faster", patience.count(), resume)),
        "SLOW_READER");
}

}  // namespace

RecordStream::RecordStream(StreamPool& pool, RecordLog& sealed, EventLog& log, StreamPlan plan)
    : pool_(pool), sealed_(sealed), log_(log), plan_(std::move(plan)), next_(plan_.read), left_(plan_.read.limit) {}

void RecordStream::Begin() {
    if (const absl::Status added = pool_.Add(shared_from_this()); !added.ok()) {
        EndWith(std::unique_lock(mutex_), added);
        return;
    }
    pool_.Queue(shared_from_this());
}

void RecordStream::Step() {
    {
        std::unique_lock lock(mutex_);
        if (state_ != State::kQueued) return;
        if (must_end_) return EndWith(std::move(lock), *must_end_);
        state_ = State::kReading;
    }
    const absl::StatusOr<StreamPiece> piece = ReadPiece();
    std::unique_lock lock(mutex_);
    if (must_end_) return EndWith(std::move(lock), *must_end_);
    if (!piece.ok()) return EndWith(std::move(lock), piece.status());
    if (piece->position) seen_ = piece->position;
    const bool news = plan_.follow && seen_ != told_ && SteadyClock::now() - told_at_ >= plan_.news_every;
    if (!piece->items.empty() || (news && read_all_)) return WritePiece(std::move(lock), *piece);
    WaitOrGoOn(std::move(lock));
}

absl::StatusOr<StreamPiece> RecordStream::ReadPiece() {
    ReadOptions options = next_;
    options.limit = plan_.read.limit == 0 ? 0 : std::min<std::uint64_t>(left_, limits::kReadBatchRecordsMax);
    const absl::StatusOr<ReadBatch> batch = sealed_.Read(options);
    if (!batch.ok()) return batch.status();
    StreamPiece piece;
    for (const StoredRecord& stored : batch->records) {
        StreamPiece::Item& item = piece.items.emplace_back();
        item.header = stored.header;
        if (plan_.sealed) {
            item.body = stored.sealed_body;
            item.erased = stored.sealed_body.empty();
            continue;
        }
        absl::StatusOr<Record> opened = log_.Open(stored);
        if (!opened.ok()) return opened.status();
        item.erased = !opened->body.has_value();
        item.body = std::move(opened->body).value_or("");
    }
    left_ -= std::min<std::uint64_t>(left_, batch->records.size());
    const bool enough = plan_.read.limit != 0 && left_ == 0;
    read_all_ = !batch->next || enough;
    if (!next_.backwards) {
        const Position end = batch->next.value_or(batch->end);
        const Position from = next_.from.value_or(Position{0});
        if (end > from) {
            piece.position = Position{ToUint64(end) - 1};
            next_.from = end;
        }
    } else if (batch->next) {
        next_.from = batch->next;
    }
    return piece;
}

void RecordStream::WritePiece(std::unique_lock<std::mutex> lock, const StreamPiece& piece) {
    state_ = State::kWriting;
    being_told_ = seen_;
    write_started_.reset();
    lock.unlock();
    Write(piece);
    lock.lock();
    // A write that is done already has moved the state on; only a pending one is timed.
    if (state_ == State::kWriting) write_started_ = SteadyClock::now();
}

void RecordStream::Written(bool ok) {
    std::unique_lock lock(mutex_);
    if (state_ != State::kWriting) return;
    write_started_.reset();
    told_ = being_told_;
    told_at_ = SteadyClock::now();
    if (must_end_) return EndWith(std::move(lock), *must_end_);
    if (!ok) return EndWith(std::move(lock), CallIsGone());
    WaitOrGoOn(std::move(lock));
}

void RecordStream::WaitOrGoOn(std::unique_lock<std::mutex> lock) {
    if (!read_all_) return QueueStep(std::move(lock));
    if (!plan_.follow) return EndWith(std::move(lock), absl::OkStatus());
    state_ = State::kWaiting;
    if (pool_.Beyond(next_.from.value_or(Position{0}))) QueueStep(std::move(lock));
}

void RecordStream::QueueStep(std::unique_lock<std::mutex> lock) {
    state_ = State::kQueued;
    lock.unlock();
    pool_.Queue(shared_from_this());
}

void RecordStream::LogWentOn() {
    std::unique_lock lock(mutex_);
    if (state_ == State::kWaiting) QueueStep(std::move(lock));
}

void RecordStream::Watch(SteadyClock::time_point now) {
    std::unique_lock lock(mutex_);
    if (state_ == State::kWaiting && seen_ != told_ && now - told_at_ >= plan_.news_every) {
        return QueueStep(std::move(lock));
    }
    if (!write_started_ || now - *write_started_ < plan_.write_timeout) return;
    if (state_ == State::kWriting) {
        cut_off_ = true;
        write_started_ = now;
        // The piece under way still goes out before the status, if the reader takes it at all.
        return EndWith(std::move(lock), SlowReader(being_told_, plan_.write_timeout));
    }
    if (cut_off_) {
        write_started_.reset();
        lock.unlock();
        Abort();
    }
}

void RecordStream::Stop(const absl::Status& status) {
    std::unique_lock lock(mutex_);
    if (state_ == State::kWaiting) return EndWith(std::move(lock), status);
    must_end_ = status;
}

void RecordStream::Cancelled() {
    Stop(CallIsGone());
}

void RecordStream::Left() {
    pool_.Remove(shared_from_this());
}

void RecordStream::EndWith(std::unique_lock<std::mutex> lock, const absl::Status& status) {
    if (state_ == State::kEnding) return;
    state_ = State::kEnding;
    const absl::Status last = status;
    lock.unlock();
    End(last);
}

}  // namespace throughline
