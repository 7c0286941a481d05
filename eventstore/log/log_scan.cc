// One iterator: a step to the next row is cheap, a search for it is not.
#include "eventstore/log/log_scan.h"

#include "eventstore/log/keys.h"

namespace throughline {
namespace {

// Whoever has read so much will read on: from there on much is read at once.
constexpr std::size_t kRowsBeforeReadingAhead = 32;
constexpr std::size_t kReadAheadBytes = std::size_t{256} * 1024;

}  // namespace

LogScan::LogScan(const LogFamilies& families, const ErasedSubjects& erased, const Walk& walk, bool with_bodies)
    : families_(families), erased_(erased), walk_(walk), with_bodies_(with_bodies), next_(walk.start()) {}

bool LogScan::Continues(const Walk& walk, bool with_bodies) const {
    return next_ == walk.start() && walk_.backwards == walk.backwards && with_bodies_ == with_bodies;
}

absl::Status LogScan::NextRecord(RecordView& record) {
    const Position position = *next_;
    if (!frame_ || !frame_->Holds(position)) {
        if (absl::Status loaded = Load(position); !loaded.ok()) return loaded;
    }
    const bool last = position == (walk_.backwards ? walk_.low : walk_.high);
    next_ = last ? std::nullopt
                 : std::optional(Position{walk_.backwards ? ToUint64(position) - 1 : ToUint64(position) + 1});
    return ReadRecordIn(*frame_, position, erased_, with_bodies_, record);
}

absl::Status LogScan::Load(Position position) {
    if (!frame_) {
        Search(position);
    } else {
        Step();
        // The iterator sees the log as it was when it was made, so a walk that ends later needs a new one.
        const bool read_on = !walk_.backwards && rows_passed_ == kRowsBeforeReadingAhead;
        if (read_on || (!rows_->Valid() && rows_->status().ok())) Search(position);
    }
    frame_.reset();
    if (!rows_->Valid()) {
        if (!rows_->status().ok()) return FromRocks(rows_->status(), "reading the log");
        return RecordDamaged(position, "is missing");
    }
    const auto first = ParseFrameKey(rows_->key().ToStringView());
    if (!first) return RecordDamaged(position, "stands under a damaged key");
    frame_ = FrameView::Parse(*first, rows_->value().ToStringView());
    if (!frame_) return FrameDamaged(*first);
    return frame_->Holds(position) ? absl::OkStatus() : RecordDamaged(position, "is missing");
}

void LogScan::Search(Position position) {
    const bool read_ahead = !walk_.backwards && rows_passed_ >= kRowsBeforeReadingAhead;
    rows_ = families_.Iterate(families_.frames(), read_ahead ? kReadAheadBytes : 0);
    rows_->SeekForPrev(FrameKey(position));
}

void LogScan::Step() {
    if (walk_.backwards) {
        rows_->Prev();
    } else {
        rows_->Next();
    }
    ++rows_passed_;
}

}  // namespace throughline
