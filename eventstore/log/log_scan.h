// Walks over every record of the log, frame after frame: the quickest way through it.
#pragma once

#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/frame_tables.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/position_cursor.h"
#include "eventstore/log/stored_record.h"

namespace throughline {

/// For one thread. What it is given must outlive it.
class LogScan {
  public:
    /// Where there are no `tables`, RocksDB reads all.
    LogScan(const LogFamilies& families, const ErasedSubjects& erased, std::shared_ptr<const FrameTableSet> tables,
            const Walk& walk, bool with_bodies);

    /// Where NextRecord() stands; nothing once the walk is over.
    [[nodiscard]] const std::optional<Position>& next() const { return next_; }

    /// Whether `walk` goes on from next() as this scan does.
    [[nodiscard]] bool Continues(const Walk& walk, bool with_bodies) const;

    /// Takes on a walk that continues this one; it may end elsewhere, and begin much later.
    void GoOn(const Walk& walk);

    /// Sets `record` to the one at next(), which there must be, and steps on. It is valid until the next call.
    ///   DATA_LOSS    it is missing or damaged
    [[nodiscard]] absl::Status NextRecord(RecordView& record);

  private:
    [[nodiscard]] absl::Status Load(Position position);
    [[nodiscard]] bool LoadFromTables(Position position);
    [[nodiscard]] bool ReadBlock(FrameTableSet::Spot spot);
    void Search(Position position);
    void Step();

    const LogFamilies& families_;
    const ErasedSubjects& erased_;
    const std::shared_ptr<const FrameTableSet> tables_;
    Walk walk_;
    const bool with_bodies_;
    // Forwards, frames are read from the tables as long as they stand there.
    FrameTableSet::Spot spot_;
    MappedTable::Rows block_;
    std::size_t next_row_ = 0;  // In `block_`.
    std::size_t blocks_passed_ = 0;
    std::uint64_t loaded_until_ = 0;  // In the table, of the operating system's reading ahead.
    // Other frames by RocksDB; none where the last frame came from a table.
    std::unique_ptr<rocksdb::Iterator> rows_;
    std::optional<FrameView> frame_;  // Over the bytes of a table or under `rows_`.
    std::optional<Position> next_;
};

}  // namespace throughline
