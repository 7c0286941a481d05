// One iterator: a step to the next row is cheap, a search for it is not.
#include "eventstore/log/log_scan.h"

#include "eventstore/log/keys.h"

namespace throughline {
namespace {

std::string_view Text(rocksdb::Slice slice) {
    return {slice.data(), slice.size()};
}

}  // namespace

LogScan::LogScan(const LogFamilies& families, const ErasedSubjects& erased, const Walk& walk, bool with_bodies)
    : erased_(erased),
      walk_(walk),
      with_bodies_(with_bodies),
      rows_(families.Iterate(families.frames())),
      next_(walk.start()) {}

absl::StatusOr<std::optional<RecordView>> LogScan::NextRecord() {
    if (!next_) return std::optional<RecordView>{};
    const Position position = *next_;
    if (!frame_ || !frame_->Holds(position)) {
        if (absl::Status loaded = Load(position); !loaded.ok()) return loaded;
    }
    const bool last = position == (walk_.backwards ? walk_.low : walk_.high);
    next_ = last ? std::nullopt
                 : std::optional(Position{walk_.backwards ? ToUint64(position) - 1 : ToUint64(position) + 1});
    const auto record = RecordIn(*frame_, position, erased_, with_bodies_);
    if (!record.ok()) return record.status();
    return std::optional<RecordView>(*record);
}

absl::Status LogScan::Load(Position position) {
    if (!frame_) {
        rows_->SeekForPrev(FrameKey(position));
    } else if (walk_.backwards) {
        rows_->Prev();
    } else {
        rows_->Next();
    }
    if (!rows_->Valid()) {
        if (!rows_->status().ok()) return FromRocks(rows_->status(), "reading the log");
        return RecordDamaged(position, "is missing");
    }
    const auto first = ParseFrameKey(Text(rows_->key()));
    if (!first) return RecordDamaged(position, "stands under a damaged key");
    frame_ = FrameView::Parse(*first, Text(rows_->value()));
    if (!frame_) return FrameDamaged(*first);
    return frame_->Holds(position) ? absl::OkStatus() : RecordDamaged(position, "is missing");
}

}  // namespace throughline
