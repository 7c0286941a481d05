// From a position to its record: header from its frame, sealed body from its subject's row.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "eventstore/base/query.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/frame.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/record_log.h"

namespace throughline {

/// Fast where positions come in order. For one thread and one read. What it is given must outlive it.
class RecordFinder {
  public:
    RecordFinder(const LogFamilies& families, const ErasedSubjects& erased);

    /// `position` must be durable; `query` is what found it.
    ///   DATA_LOSS            there is no such record, it says another position, it does not match, or its body is
    ///   missing
    ///                        though its subject was not erased
    [[nodiscard]] absl::StatusOr<StoredRecord> Find(Position position, const Query& query, bool with_body);

  private:
    [[nodiscard]] absl::Status LoadFrame(Position position);
    [[nodiscard]] absl::StatusOr<std::string_view> Body(Position position);
    [[nodiscard]] absl::StatusOr<const rocksdb::PinnableSlice*> BodyRow(SubjectId subject, Position request_first);

    const LogFamilies& families_;
    const ErasedSubjects& erased_;
    const std::unique_ptr<rocksdb::Iterator> frames_;
    std::optional<FrameView> frame_;  // Over the bytes under `frames_`.
    Position rows_of_{};              // The request whose body rows are kept; empty ones have no body.
    std::map<SubjectId, rocksdb::PinnableSlice> rows_;
};

}  // namespace throughline
