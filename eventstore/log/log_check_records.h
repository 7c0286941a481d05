// The one walk of a check over every frame; other parts look on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/iterator.h>

#include "absl/status/status.h"
#include "eventstore/base/position.h"
#include "eventstore/base/record_header.h"
#include "eventstore/base/uuid.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/frame.h"
#include "eventstore/log/log_check_headers.h"
#include "eventstore/log/log_check_report.h"
#include "eventstore/log/log_families.h"

namespace throughline {

/// A record as it was found; valid only during the call that gets it.
struct CheckedRecord {
    Position position{};
    Position frame{};                          ///< The first position of its frame.
    std::string_view header;                   ///< As stored.
    const RecordHeaderView* fields = nullptr;  ///< Absent where the header cannot be read.
    std::optional<SubjectId> subject;          ///< Absent where the header names none.
    std::string_view sealed_body;              ///< Empty unless it is there, and the one that the header names.
};

/// Looks on. Positions ascend; each one up to the end of the log comes once, in one of the calls.
class RecordObserver {
  public:
    virtual ~RecordObserver() = default;

    /// An error ends the check.
    [[nodiscard]] virtual absl::Status Take(const CheckedRecord& record) = 0;

    /// None of these records, `last` included, could be read; it was reported.
    virtual void Miss(Position first, Position last) = 0;
};

/// How far a part has come, for whoever waits; `total` is 0 where it is not known.
using CheckProgress = std::function<void(CheckPart part, std::uint64_t done, std::uint64_t total)>;

/// What the walk must know of the store.
struct RecordWalkOptions {
    const ErasedSubjects& erased;
    std::optional<std::uint64_t> writer_epoch;  ///< The store's; absent where it cannot be read.
    std::uint64_t expected = 0;                 ///< Records, for telling how far it is.
    CheckProgress progress;
    std::vector<RecordObserver*> observers;
};

/// For one thread. What it is given must outlive it.
class RecordWalk {
  public:
    RecordWalk(const LogFamilies& families, RecordWalkOptions options, CheckReport& report);

    /// Once. Damage goes to the report; an error means that the disk could not be read.
    [[nodiscard]] absl::Status Run();

    /// Behind the last record that was found.
    [[nodiscard]] Position end() const { return next_; }
    /// False where what stands behind end() cannot be read.
    [[nodiscard]] bool whole_to_the_end() const { return !hole_reported_; }

  private:
    [[nodiscard]] absl::Status TakeFrame();
    /// False where nothing behind them can be read.
    [[nodiscard]] absl::StatusOr<bool> PassUnreadableFrames();
    void MissUpTo(Position first);
    [[nodiscard]] absl::Status TakeRecord(Position position, const FrameView& frame);
    [[nodiscard]] std::string_view CheckBody(const CheckedRecord& record, std::string_view body);
    void Finish();

    const LogFamilies& families_;
    const RecordWalkOptions options_;
    CheckReport& report_;
    const std::unique_ptr<rocksdb::Iterator> frames_;
    HeaderCheck headers_;
    Position next_{};                     // Every position below was told to the observers.
    bool hole_reported_ = false;          // What stands at next_ cannot be read, and that was reported.
    std::optional<Position> passing_at_;  // Where frames could not be read last, and how far ahead was looked.
    unsigned passing_bits_ = 0;
    std::uint64_t frame_count_ = 0;
    std::uint64_t record_count_ = 0;
    std::uint64_t header_bytes_ = 0;
    std::uint64_t body_count_ = 0;
    std::uint64_t body_bytes_ = 0;
    std::uint64_t erased_count_ = 0;
};

/// Over a family in order, once, with long reads that leave what the service needs in memory.
[[nodiscard]] std::unique_ptr<rocksdb::Iterator> IterateForCheck(const LogFamilies& families,
                                                                 rocksdb::ColumnFamilyHandle* family);

}  // namespace throughline
