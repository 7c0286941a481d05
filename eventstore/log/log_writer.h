// The one writer: takes what waits, decides, writes one synced batch, answers all.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/disk/disk_room.h"
#include "eventstore/log/append_queue.h"
#include "eventstore/log/commit_builder.h"
#include "eventstore/log/condition_checker.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/head_witness.h"
#include "eventstore/log/last_positions.h"
#include "eventstore/log/listeners.h"
#include "eventstore/log/log_failure.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/log_reader.h"
#include "eventstore/log/recording_clock.h"
#include "eventstore/log/type_ids.h"

namespace throughline {

/// What the writer works with; all of it must outlive the writer.
struct WriterParts {
    const LogFamilies& families;
    const LogReader& reader;
    TypeIds& types;
    ErasedSubjects& erased;
    HeadWitness& witness;
    Listeners& listeners;
    DiskRoom& room;
    LogFailure& failure;
};

/// Where the log stands when the writer begins.
struct WriterStart {
    Position end{};
    Instant last_recorded_at{};
    std::uint64_t writer_epoch = 0;
};

/// Has a thread of its own. Safe from many threads.
class LogWriter {
  public:
    LogWriter(const WriterParts& parts, const Clock& clock, RecordingClockOptions clock_options,
              const WriterStart& start);

    /// Answers what waits, then ends.
    ~LogWriter();

    LogWriter(const LogWriter&) = delete;
    LogWriter& operator=(const LogWriter&) = delete;

    /// As RecordLog::Append, for what passed CheckAppend().
    [[nodiscard]] absl::StatusOr<AppendOutcome> Append(SealedAppend append);

    /// Marks a subject as erased, durably: no commit after this adds anything about it.
    [[nodiscard]] absl::Status MarkErased(SubjectId subject);

    [[nodiscard]] Position End() const { return Position{end_.load(std::memory_order_acquire)}; }
    [[nodiscard]] Instant LastRecordedAt() const { return FromMicros(last_recorded_at_us_.load()); }

  private:
    struct Group;

    void Run();
    void Commit(const std::vector<WaitingAppend*>& waiting);
    [[nodiscard]] absl::Status Ready();
    [[nodiscard]] absl::StatusOr<AppendOutcome> Decide(Group& group, const SealedAppend& append);
    [[nodiscard]] absl::Status CheckCondition(const Group& group, const Condition& condition);
    [[nodiscard]] absl::Status Write(CommitBuilder& builder);
    [[nodiscard]] absl::Status TakeOver(const CommitBuilder& builder, Instant recorded_at);
    [[nodiscard]] absl::Status LeaveFullDisk();

    const WriterParts parts_;
    const std::uint64_t writer_epoch_;
    std::atomic<std::uint64_t> end_;
    std::atomic<std::int64_t> last_recorded_at_us_;
    std::mutex committing_;  // Held for a commit, and while a subject is marked as erased. Guards what follows.
    RecordingClock clock_;
    LastPositions last_positions_;
    ConditionChecker conditions_;
    bool met_full_disk_ = false;
    AppendQueue queue_;
    std::thread thread_;
};

}  // namespace throughline
