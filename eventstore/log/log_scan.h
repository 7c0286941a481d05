// Walks over every record of the log, frame after frame: the quickest way through it.
#pragma once

#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/position_cursor.h"
#include "eventstore/log/stored_record.h"

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

    const ErasedSubjects& erased_;
    const Walk walk_;
    const bool with_bodies_;
    const std::unique_ptr<rocksdb::Iterator> rows_;
    std::optional<FrameView> frame_;  // Over the bytes under `rows_`.
    std::optional<Position> next_;
};

}  // namespace throughline
