// Reads: bounded batches of records, each checked against the place where it was found.
#pragma once

#include "absl/status/statusor.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/frame_tables.h"
#include "eventstore/log/kept_scans.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/position_cursor.h"
#include "eventstore/log/record_log.h"
#include "eventstore/log/type_ids.h"

namespace throughline {

/// Safe from many threads. What it is given must outlive it.
class LogReader {
  public:
    LogReader(const LogFamilies& families, const TypeIds& types, const ErasedSubjects& erased, FrameTables& tables,
              KeptScans& kept)
        : families_(families), types_(types), erased_(erased), tables_(tables), kept_(kept) {}

    /// As RecordLog::Visit. `end` is what was durable before the call; nothing behind it is seen.
    [[nodiscard]] absl::StatusOr<ReadProgress> Visit(const ReadOptions& options, Position end,
                                                     RecordVisitor visitor) const;

    /// As RecordLog::FindCommand.
    [[nodiscard]] absl::StatusOr<std::optional<StoredCommand>> FindCommand(std::string_view command_hash) const;

  private:
    [[nodiscard]] absl::StatusOr<std::optional<Position>> VisitAll(const ReadOptions& options, const Walk& walk,
                                                                   RecordVisitor visitor) const;
    [[nodiscard]] absl::StatusOr<std::optional<Position>> VisitMatches(const ReadOptions& options, const Walk& walk,
                                                                       RecordVisitor visitor) const;
    [[nodiscard]] absl::StatusOr<std::string> RequestDigest(std::string_view command_hash, Position position) const;

    const LogFamilies& families_;
    const TypeIds& types_;
    const ErasedSubjects& erased_;
    FrameTables& tables_;
    KeptScans& kept_;
};

}  // namespace throughline
