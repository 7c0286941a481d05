// Two iterators that go side by side; a step to the next rows is cheap, a search for them is not.
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
      headers_(families.Iterate(families.frames())),
      bodies_(with_bodies ? families.Iterate(families.bodies()) : nullptr),
      next_(walk.start()) {}

absl::StatusOr<std::optional<RecordView>> LogScan::NextRecord() {
    if (!next_) return std::optional<RecordView>{};
    const Position position = *next_;
    if (!rows_ || !rows_->Holds(position)) {
        if (absl::Status loaded = Load(position); !loaded.ok()) return loaded;
    }
    const bool last = position == (walk_.backwards ? walk_.low : walk_.high);
    next_ = last ? std::nullopt
                 : std::optional(Position{walk_.backwards ? ToUint64(position) - 1 : ToUint64(position) + 1});
    const auto record = rows_->At(position, erased_);
    if (!record.ok()) return record.status();
    return std::optional<RecordView>(*record);
}

absl::Status LogScan::Load(Position position) {
    FindRows(position);
    if (!headers_->Valid()) {
        if (!headers_->status().ok()) return FromRocks(headers_->status(), "reading the log");
        return RecordDamaged(position, "is missing");
    }
    const auto first = ParseFrameKey(Text(headers_->key()));
    if (!first) return RecordDamaged(position, "stands under a damaged key");
    std::string_view bodies;
    if (bodies_) {
        const auto beside = BodiesBeside(headers_->key());
        if (!beside.ok()) return beside.status();
        bodies = *beside;
    }
    auto rows = RecordRows::Parse(*first, Text(headers_->value()), bodies, bodies_ != nullptr);
    if (!rows.ok()) return rows.status();
    if (!rows->Holds(position)) return RecordDamaged(position, "is missing");
    rows_ = *std::move(rows);
    return absl::OkStatus();
}

void LogScan::FindRows(Position position) {
    if (!rows_) {
        headers_->SeekForPrev(FrameKey(position));
    } else if (walk_.backwards) {
        headers_->Prev();
    } else {
        headers_->Next();
    }
}

absl::StatusOr<std::string_view> LogScan::BodiesBeside(rocksdb::Slice key) {
    if (!rows_) {
        bodies_->Seek(key);
    } else if (walk_.backwards) {
        bodies_->Prev();
    } else {
        bodies_->Next();
    }
    if (!bodies_->Valid() && !bodies_->status().ok()) return FromRocks(bodies_->status(), "reading the log");
    if (!bodies_->Valid() || bodies_->key() != key) {
        return RecordDamaged(ParseFrameKey(Text(key)).value_or(Position{0}), "has no row of bodies beside its frame");
    }
    return Text(bodies_->value());
}

}  // namespace throughline
