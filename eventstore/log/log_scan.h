// Walks over every record of the log, row after row: the quickest way through it.
#pragma once

#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/position_cursor.h"
#include "eventstore/log/record_rows.h"

namespace throughline {

/// For one thread. What it is given must outlive it.
class LogScan {
  public:
    LogScan(const LogFamilies& families, const ErasedSubjects& erased, const Walk& walk, bool with_bodies);

    /// The next record of the walk; nothing once it is over. It is valid until the next call.
    ///   DATA_LOSS    a record of the walk is missing or damaged
    [[nodiscard]] absl::StatusOr<std::optional<RecordView>> NextRecord();

  private:
    [[nodiscard]] absl::Status Load(Position position);
    void FindRows(Position position);
    [[nodiscard]] absl::StatusOr<std::string_view> BodiesBeside(rocksdb::Slice key);

    const ErasedSubjects& erased_;
    const Walk walk_;
    const std::unique_ptr<rocksdb::Iterator> headers_;
    const std::unique_ptr<rocksdb::Iterator> bodies_;  // Absent where only headers are wanted.
    std::optional<RecordRows> rows_;                   // Over the bytes under the iterators.
    std::optional<Position> next_;
};

}  // namespace throughline
