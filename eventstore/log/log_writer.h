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
#include "eventstore/log/answers.h"
#include "eventstore/log/append_queue.h"
#include "eventstore/log/commit_builder.h"
#include "eventstore/log/condition_checker.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/head_witness.h"
#include "eventstore/log/listeners.h"
#include "eventstore/log/log_failure.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/log_reader.h"
#include "eventstore/log/recent_commands.h"
#include "eventstore/log/recent_labels.h"
#include "eventstore/log/recording_clock.h"
#include "eventstore/log/type_ids.h"

namespace throughline {

/// What the writer works with; all of it must outlive the writer.
struct WriterParts {
    const LogFamilies& families;
    const LogReader& reader;
    const ConditionChecker& conditions;
    TypeIds& types;
    ErasedSubjects& erased;
    HeadWitness& witness;
    Listeners& listeners;
    DiskRoom& room;
    LogFailure& failure;
};

/// Where the log stands when the writer begins.
struct WriterStart {
    Frontier tree;  ///< Of all records.
    Instant last_recorded_at{};
    std::uint64_t writer_epoch = 0;
};

/// Commits on the thread of a caller who finds it idle, else on a thread that is lent, else on one of its own. Safe
/// from many threads.
class LogWriter {
  public:
    LogWriter(const WriterParts& parts, const Clock& clock, RecordingClockOptions clock_options,
              const WriterStart& start);

    /// Answers what waits, then ends.
    ~LogWriter();

    LogWriter(const LogWriter&) = delete;
    LogWriter& operator=(const LogWriter&) = delete;

    /// As RecordLog::BeginAppend, for what its caller has checked as WaitingAppend says.
    void Append(WaitingAppend waiting);

    /// As RecordLog::LendThread.
    void LendThread();

    /// Marks a subject as erased, durably: no commit after this adds anything about it.
    [[nodiscard]] absl::Status MarkErased(SubjectId subject);

    [[nodiscard]] Position End() const { return Position{end_.load(std::memory_order_acquire)}; }
    [[nodiscard]] Instant LastRecordedAt() const { return FromMicros(last_recorded_at_us_.load()); }
    [[nodiscard]] LogCounters Counters() const;

    /// The tree of all durable records.
    [[nodiscard]] Frontier Tree() const;

  private:
    struct Group;

    void Tell(std::vector<Answer> answers);
    void Run();
    [[nodiscard]] std::vector<Answer> Commit(AppendGroup group);
    [[nodiscard]] absl::Status Ready();
    [[nodiscard]] absl::StatusOr<AppendOutcome> Decide(Group& group, const WaitingAppend& waiting);
    [[nodiscard]] absl::StatusOr<std::optional<StoredCommand>> FindCommand(const Group& group,
                                                                           const WaitingAppend& waiting) const;
    [[nodiscard]] absl::Status CheckCondition(const Group& group, const WaitingAppend& waiting) const;
    [[nodiscard]] absl::Status Write(CommitBuilder& builder);
    [[nodiscard]] absl::Status TakeOver(Group& group);
    [[nodiscard]] absl::Status LeaveFullDisk();

    const WriterParts parts_;
    const std::uint64_t writer_epoch_;
    std::atomic<std::uint64_t> end_;
    std::atomic<std::int64_t> last_recorded_at_us_;
    std::atomic<std::uint64_t> commits_ = 0;
    std::atomic<std::uint64_t> appends_ = 0;
    mutable std::mutex tree_mutex_;
    Frontier tree_;
    std::mutex committing_;  // Held for a commit, and while a subject is marked as erased. Guards what follows.
    RecordingClock clock_;
    RecentLabels labels_;
    RecentCommands commands_;
    bool met_full_disk_ = false;
    AppendQueue queue_;
    Answers answers_;
    std::thread thread_;
};

}  // namespace throughline
