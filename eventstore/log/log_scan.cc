// Block after block of the mapped tables; what is in none of them by one iterator, whose steps are cheaper than a
// search.
#include "eventstore/log/log_scan.h"

#include <utility>

#include "eventstore/log/keys.h"

namespace throughline {
namespace {

// Whoever has read so much will read on: from there on the disk is kept busy ahead of the reader.
constexpr std::size_t kBlocksBeforeLoadingAhead = 32;
constexpr std::size_t kLoadAheadBytes = std::size_t{1024} * 1024;

}  // namespace

LogScan::LogScan(const LogFamilies& families, const ErasedSubjects& erased, std::shared_ptr<const FrameTableSet> tables,
                 const Walk& walk, bool with_bodies)
    : families_(families),
      erased_(erased),
      tables_(std::move(tables)),
      walk_(walk),
      with_bodies_(with_bodies),
      next_(walk.start()) {}

bool LogScan::Continues(const Walk& walk, bool with_bodies) const {
    return next_ == walk.start() && walk_.backwards == walk.backwards && with_bodies_ == with_bodies;
}

void LogScan::GoOn(const Walk& walk) {
    walk_ = walk;
    if (rows_ || !frame_) return;
    // The rest of a block was verified a while ago; meanwhile the disk may have been asked for its pages again.
    MappedTable::Rows rows;
    if (spot_.table->ReadBlock(spot_.block, rows)) return;
    frame_.reset();
    block_.clear();
    next_row_ = 0;
    spot_ = {};
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
    frame_.reset();
    if (LoadFromTables(position)) {
        rows_.reset();
        return absl::OkStatus();
    }
    if (!rows_) {
        Search(position);
    } else {
        Step();
        // The iterator sees the log as it was when it was made, so a walk that ends later needs a new one.
        if (!rows_->Valid() && rows_->status().ok()) Search(position);
    }
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

// True where a frame that begins at `position` stands in a table; any other, and whatever is wrong, is RocksDB's to
// find.
bool LogScan::LoadFromTables(Position position) {
    if (!tables_ || walk_.backwards) return false;
    if (next_row_ == block_.size()) {
        const bool next = spot_.table != nullptr && spot_.block + 1 < spot_.table->blocks();
        if (!ReadBlock(next ? FrameTableSet::Spot{spot_.table, spot_.block + 1} : tables_->Find(position)))
            return false;
    }
    if (block_[next_row_].key != ToUint64(position)) {
        if (!ReadBlock(tables_->Find(position))) return false;
        while (next_row_ < block_.size() && block_[next_row_].key != ToUint64(position)) ++next_row_;
        if (next_row_ == block_.size()) return false;
    }
    frame_ = FrameView::Parse(position, block_[next_row_++].value);
    return frame_.has_value();
}

bool LogScan::ReadBlock(FrameTableSet::Spot spot) {
    if (spot.table != spot_.table) loaded_until_ = 0;
    spot_ = spot;
    next_row_ = 0;
    block_.clear();
    if (spot.table == nullptr) return false;
    if (++blocks_passed_ > kBlocksBeforeLoadingAhead && spot.table->OffsetOf(spot.block) >= loaded_until_) {
        spot.table->LoadAhead(spot.block, 2 * kLoadAheadBytes);
        spot.table->LetGoBehind(spot.block, 2 * kLoadAheadBytes);
        loaded_until_ = spot.table->OffsetOf(spot.block) + kLoadAheadBytes;
    }
    return spot.table->ReadBlock(spot.block, block_) && !block_.empty();
}

void LogScan::Search(Position position) {
    rows_ = families_.Iterate(families_.frames());
    rows_->SeekForPrev(FrameKey(position));
}

void LogScan::Step() {
    if (walk_.backwards) {
        rows_->Prev();
    } else {
        rows_->Next();
    }
}

}  // namespace throughline
