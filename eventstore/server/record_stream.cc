// The steps of a stream: read a piece while the one before is written, then wait for more.
#include "eventstore/server/record_stream.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "eventstore/server/record_message.h"

namespace throughline {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// The HTTP/2 window that every client grants: a last piece of this size is out at once, and its status with it.
constexpr std::size_t kLastBytesMax = 65'535;

/// What one look at the log fetches.
constexpr std::uint64_t kShortStepRecordsMax = 128;

// There is room for it at once; in a hurry it need not be.
constexpr std::chrono::seconds kSlowReaderRetryAfter{1};

absl::Status CallIsGone() {
    return absl::CancelledError("the caller went away");
}

absl::Status SlowReader(std::optional<Position> told, std::chrono::milliseconds patience) {
    const std::uint64_t resume = told ? ToUint64(*told) + 1 : 0;
    return WithRetryAfter(
        WithReason(absl::ResourceExhaustedError(
                       fmt::format("a message was not taken within {} ms; resume from position {} and read faster",
                                   patience.count(), resume)),
                   "SLOW_READER"),
        kSlowReaderRetryAfter);
}

/// Whether the index names the places without a search, so that few records take little time.
bool IsNamedByIndex(const Query& query) {
    return !query.items.empty() && std::all_of(query.items.begin(), query.items.end(), [](const QueryItem& item) {
        return item.types.size() + item.tags.size() == 1;
    });
}

}  // namespace

RecordStream::RecordStream(StreamPool& pool, RecordLog& sealed, EventLog& log, StreamPlan plan)
    : pool_(pool),
      sealed_(sealed),
      log_(log),
      plan_(std::move(plan)),
      next_(plan_.read),
      left_(plan_.read.limit),
      records_max_(limits::kReadBatchRecordsMax) {}

void RecordStream::Begin() {
    if (const absl::Status added = pool_.Add(shared_from_this()); !added.ok()) return EndWith(Lock(mutex_), added);
    if (plan_.follow || !IsNamedByIndex(plan_.read.query)) return pool_.Queue(shared_from_this());
    records_max_ = kShortStepRecordsMax;
    pool_.StepOrQueue(shared_from_this());
}

void RecordStream::Step() {
    {
        const Lock lock(mutex_);
        if (ended_ || reading_ == Reading::kUnderWay || reading_ == Reading::kResting) return;
        reading_ = Reading::kUnderWay;
    }
    absl::StatusOr<Piece> piece = ReadPiece();
    Lock lock(mutex_);
    reading_ = Reading::kResting;
    if (ended_) return;
    if (!piece.ok()) {
        if (!must_end_) must_end_ = piece.status();
    } else {
        if (piece->position) seen_ = piece->position;
        // A follower hears of it now and then where nothing concerned it.
        if (piece->has_records || (read_all_ && NewsAreDue(SteadyClock::now()))) ready_ = *std::move(piece);
    }
    GoOn(std::move(lock));
}

absl::StatusOr<RecordStream::Piece> RecordStream::ReadPiece() {
    ReadOptions options = next_;
    options.limit = std::exchange(records_max_, limits::kReadBatchRecordsMax);
    if (plan_.read.limit != 0) options.limit = std::min(options.limit, left_);
    RecordMessage message;
    message.Reserve(message_bytes_ + message_bytes_ / 8);  // The next piece is about as large as the one before.
    std::uint64_t records = 0;
    absl::Status failure;
    const absl::StatusOr<ReadProgress> progress = sealed_.Visit(options, [&](const RecordView& record) {
        ++records;
        if (!failure.ok()) return;
        if (plan_.sealed) return message.Add(record.header, record.sealed_body, record.sealed_body.empty());
        body_.clear();
        const absl::StatusOr<bool> opened = log_.OpenBody(record, body_);
        if (!opened.ok()) {
            failure = opened.status();
            return;
        }
        message.Add(record.header, body_, !*opened);
    });
    if (!progress.ok()) return progress.status();
    if (!failure.ok()) return failure;
    left_ -= std::min(left_, records);
    read_all_ = !progress->next || (plan_.read.limit != 0 && left_ == 0);
    Piece piece;
    piece.has_records = records > 0;
    piece.last = read_all_ && !plan_.follow;
    if (next_.backwards) {
        if (progress->next) next_.from = progress->next;
    } else if (const Position end = progress->next.value_or(progress->end); end > From()) {
        piece.position = Position{ToUint64(end) - 1};
        next_.from = end;
    }
    if (plan_.follow && piece.position) message.SetPosition(*piece.position);
    message_bytes_ = message.size();
    piece.message = std::move(message).Take();
    return piece;
}

bool RecordStream::NewsAreDue(SteadyClock::time_point now) const {
    return plan_.follow && !writing_ && seen_ != told_ && now - told_at_ >= plan_.news_every;
}

// Comes here after each step and each write: does all that can be done now.
void RecordStream::GoOn(Lock lock) {
    if (ended_ || (must_end_ && writing_)) return;
    if (must_end_) return EndWith(std::move(lock), *must_end_);
    std::optional<Piece> piece;
    if (ready_ && !writing_) {
        piece = std::exchange(ready_, std::nullopt);
        BeginWriting(*piece);
    }
    bool read_on = reading_ == Reading::kResting && !ready_ && !read_all_;
    if (reading_ == Reading::kResting && !ready_ && !writing_ && read_all_) {
        if (!plan_.follow) return EndWith(std::move(lock), absl::OkStatus());
        reading_ = Reading::kWaiting;
        read_on = !pool_.Wait(shared_from_this(), plan_.read.query, From());
    }
    if (read_on) reading_ = Reading::kQueued;
    lock.unlock();
    // First, so that another thread reads while this one sends.
    if (read_on) pool_.Queue(shared_from_this());
    if (piece) Send(*std::move(piece));
}

void RecordStream::BeginWriting(Piece& piece) {
    writing_ = true;
    ++writes_;
    being_told_ = piece.position;
    // Its status goes with it.
    ended_ = piece.last && piece.message.size() <= kLastBytesMax;
    piece.write = writes_;
}

void RecordStream::Send(Piece piece) {
    const std::uint64_t write = piece.write;
    if (piece.last && piece.message.size() <= kLastBytesMax) {
        WriteLast(std::move(piece.message));
    } else {
        Write(std::move(piece.message));
    }
    // Timed from here, so that nobody ends the call between the lock and the write.
    const Lock lock(mutex_);
    if (writing_ && writes_ == write) write_started_ = SteadyClock::now();
}

void RecordStream::Written(bool ok) {
    Lock lock(mutex_);
    writing_ = false;
    write_started_.reset();
    if (ended_) return;
    told_ = being_told_;
    told_at_ = SteadyClock::now();
    if (!ok && !must_end_) must_end_ = CallIsGone();
    GoOn(std::move(lock));
}

void RecordStream::Watch(SteadyClock::time_point now, std::optional<Position> looked_until) {
    Lock lock(mutex_);
    if (looked_until && reading_ == Reading::kWaiting && !ended_) {
        if (*looked_until > From()) {
            next_.from = looked_until;
            seen_ = Position{ToUint64(*looked_until) - 1};
        }
        if (NewsAreDue(now)) {
            RecordMessage news;
            news.SetPosition(*seen_);
            Piece piece;
            piece.message = std::move(news).Take();
            piece.position = seen_;
            BeginWriting(piece);
            lock.unlock();
            return Send(std::move(piece));
        }
    }
    if (!write_started_ || now - *write_started_ < plan_.write_timeout) return;
    // The piece under way still goes out before the status, if the reader takes it at all.
    write_started_ = now;
    if (!ended_) return EndWith(std::move(lock), SlowReader(being_told_, plan_.write_timeout));
    write_started_.reset();
    lock.unlock();
    Abort();
}

void RecordStream::Stop(const absl::Status& status) {
    Lock lock(mutex_);
    if (!writing_) return EndWith(std::move(lock), status);
    must_end_ = status;
}

void RecordStream::Cancelled() {
    Stop(CallIsGone());
}

void RecordStream::Left() {
    pool_.Remove(shared_from_this());
}

void RecordStream::EndWith(Lock lock, const absl::Status& status) {
    if (ended_) return;
    ended_ = true;
    ready_.reset();
    const absl::Status last = status;
    lock.unlock();
    End(last);
}

}  // namespace throughline
