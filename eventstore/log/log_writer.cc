// Decides in the order of arrival; each append sees what those before it in the same commit will add.
#include "eventstore/log/log_writer.h"

#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "eventstore/log/append_checks.h"
#include "eventstore/log/log_tail.h"
#include "eventstore/log/pending_facts.h"
#include "eventstore/log/store_meta.h"

namespace throughline {
namespace {

constexpr std::chrono::seconds kFullDiskRetryAfter{5};

absl::Status UnknownOutcome(const absl::Status& why) {
    return WithReason(absl::UnavailableError(fmt::format(
                          "the disk refused, so whether this is stored is unknown; repeat it after the restart ({})",
                          std::string(why.message()))),
                      "IO_ERROR");
}

}  // namespace

/// One commit in the making.
struct LogWriter::Group {
    CommitBuilder builder;
    PendingFacts pending;
    /// Commands of this commit: their repeats in it get the same answer, once it is durable.
    std::unordered_map<std::string_view, StoredCommand> commands;
};

LogWriter::LogWriter(const WriterParts& parts, const Clock& clock, RecordingClockOptions clock_options,
                     const WriterStart& start)
    : parts_(parts),
      writer_epoch_(start.writer_epoch),
      end_(ToUint64(start.end)),
      last_recorded_at_us_(ToMicros(start.last_recorded_at)),
      clock_(clock, std::move(clock_options), start.last_recorded_at),
      last_positions_(parts.families, limits::kCachedTagsMax),
      conditions_(parts.families, parts.types, last_positions_),
      thread_([this] { Run(); }) {}

LogWriter::~LogWriter() {
    queue_.Close();
    thread_.join();
}

absl::StatusOr<AppendOutcome> LogWriter::Append(SealedAppend append) {
    if (absl::Status failed = parts_.failure.Check(); !failed.ok()) return failed;
    WaitingAppend waiting(std::move(append));
    if (absl::Status pushed = queue_.Push(waiting); !pushed.ok()) return pushed;
    return waiting.Wait();
}

void LogWriter::Run() {
    for (auto waiting = queue_.Take(); !waiting.empty(); waiting = queue_.Take()) Commit(waiting);
}

void LogWriter::Commit(const std::vector<WaitingAppend*>& waiting) {
    const std::lock_guard lock(committing_);
    const auto answer_all = [&waiting](const absl::Status& status) {
        for (WaitingAppend* each : waiting) each->Answer(status);
    };
    if (absl::Status ready = Ready(); !ready.ok()) return answer_all(ready);
    const absl::StatusOr<Instant> recorded_at = clock_.Now();
    if (!recorded_at.ok()) return answer_all(recorded_at.status());

    Group group{CommitBuilder(parts_.families, parts_.types, End(), writer_epoch_, *recorded_at), {}, {}};
    std::vector<absl::StatusOr<AppendOutcome>> answers;
    absl::Status failure;
    for (const WaitingAppend* each : waiting) {
        answers.push_back(Decide(group, each->append()));
        if (LogFailure::IsFatal(answers.back().status())) failure = answers.back().status();
    }
    if (failure.ok() && !group.builder.empty()) {
        failure = Write(group.builder);
        if (failure.ok()) failure = TakeOver(group.builder, *recorded_at);
    }
    // What a commit answers is true only if it was written; what was durable before, or is refused, stands.
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        const bool unwritten = answers[i].ok() && End() <= answers[i]->last;
        waiting[i]->Answer(unwritten ? failure : std::move(answers[i]));
    }
    if (!failure.ok() && !absl::IsResourceExhausted(failure)) parts_.failure.Report(failure);
}

absl::Status LogWriter::Ready() {
    if (absl::Status failed = parts_.failure.Check(); !failed.ok()) return failed;
    if (absl::Status room = parts_.room.Check(); !room.ok()) return room;
    if (!met_full_disk_) return absl::OkStatus();
    absl::Status left = LeaveFullDisk();
    parts_.failure.ReportIfFatal(left);
    return left;
}

absl::StatusOr<AppendOutcome> LogWriter::Decide(Group& group, const SealedAppend& append) {
    if (const auto pending = group.commands.find(append.command_hash); pending != group.commands.end()) {
        return AnswerAgain(pending->second, append.request_digest);
    }
    const auto known = parts_.reader.FindCommand(append.command_hash);
    if (!known.ok()) return known.status();
    if (*known) return AnswerAgain(**known, append.request_digest);
    if (absl::Status after = CheckConditionAfter(append, End()); !after.ok()) return after;
    if (append.conditional) {
        if (absl::Status holds = CheckCondition(group, append.condition); !holds.ok()) return holds;
    }
    for (const SealedEvent& event : append.events) {
        if (parts_.erased.Contains(event.subject)) return SubjectErasedError();
    }
    const Position first = group.builder.end();
    if (absl::Status added = group.builder.Add(append); !added.ok()) return added;
    group.pending.Add(append, first);
    group.commands.emplace(append.command_hash, StoredCommand{first, static_cast<std::uint32_t>(append.events.size()),
                                                              append.request_digest});
    return AppendOutcome{first, Next(first, append.events.size() - 1), false};
}

absl::Status LogWriter::CheckCondition(const Group& group, const Condition& condition) {
    const auto durable = conditions_.FirstFailure(condition, End());
    if (!durable.ok()) return durable.status();
    if (*durable) return ConditionFailedError(condition, **durable);
    if (const auto pending = group.pending.FirstMatch(condition.query)) {
        return ConditionFailedError(condition, *pending);
    }
    return absl::OkStatus();
}

absl::Status LogWriter::Write(CommitBuilder& builder) {
    auto batch = builder.Finish();
    if (!batch.ok()) return UnknownOutcome(batch.status());
    const rocksdb::Status written = parts_.families.db().Write(Synced(), &*batch);
    if (written.ok()) return absl::OkStatus();
    const absl::Status status = FromRocks(written, "writing a commit");
    if (!written.IsNoSpace()) return absl::IsDataLoss(status) ? status : UnknownOutcome(status);
    met_full_disk_ = true;
    return WithRetryAfter(status, kFullDiskRetryAfter);
}

absl::Status LogWriter::TakeOver(const CommitBuilder& builder, Instant recorded_at) {
    for (const auto& [type, id] : builder.new_types()) parts_.types.Add(type, id);
    for (const auto& [prefix, last] : builder.last_positions()) last_positions_.Put(prefix, last);
    last_recorded_at_us_.store(ToMicros(recorded_at));
    end_.store(ToUint64(builder.end()), std::memory_order_release);
    absl::Status noted = parts_.witness.Note(writer_epoch_, builder.end());
    parts_.listeners.Notify(builder.end());
    return absl::IsResourceExhausted(noted) ? absl::OkStatus() : noted;
}

// A commit that met a full disk may stand in the write-ahead log, whole and unacknowledged, and its positions would be
// given away again. So before the next commit, every family is made to leave that write-ahead log behind.
absl::Status LogWriter::LeaveFullDisk() {
    const LogFamilies& families = parts_.families;
    const auto full = [](const rocksdb::Status& status) {
        return WithRetryAfter(
            WithReason(absl::ResourceExhaustedError(fmt::format(
                           "the disk was full and the log is recovering ({}); repeat later", status.ToString())),
                       "DISK_FULL"),
            kFullDiskRetryAfter);
    };
    rocksdb::Status status = families.db().Resume();
    // RocksDB does not go on where a commit itself met the full disk: nobody knows what of it is stored.
    if (status.severity() >= rocksdb::Status::Severity::kFatalError) {
        return UnknownOutcome(FromRocks(status, "writing to a full disk"));
    }
    if (status.IsBusy() || status.IsNoSpace()) return full(status);
    if (!status.ok()) return FromRocks(status, "resuming after a full disk");
    rocksdb::WriteBatch fence;
    for (rocksdb::ColumnFamilyHandle* family : families.rocks.families) {
        if (status.ok()) status = fence.Delete(family, rocksdb::Slice());
    }
    if (status.ok()) status = families.db().Write(Synced(), &fence);
    if (status.ok()) status = families.db().Flush(rocksdb::FlushOptions(), families.rocks.families);
    if (status.IsNoSpace()) return full(status);
    if (!status.ok()) return FromRocks(status, "resuming after a full disk");
    const auto tail = ReadLogTail(families);
    if (!tail.ok()) return tail.status();
    if (tail->end != End()) {
        return WithReason(absl::UnavailableError(fmt::format(
                              "after a full disk the log ends at {} instead of {}; restart to find out what is stored",
                              ToUint64(tail->end), ToUint64(End()))),
                          "IO_ERROR");
    }
    met_full_disk_ = false;
    return absl::OkStatus();
}

absl::Status LogWriter::MarkErased(SubjectId subject) {
    const std::lock_guard lock(committing_);
    if (absl::Status ready = Ready(); !ready.ok()) return ready;
    rocksdb::WriteBatch batch;
    rocksdb::Status status = PutErasedSubject(batch, parts_.families, subject);
    if (status.ok()) status = parts_.families.db().Write(Synced(), &batch);
    if (status.IsNoSpace()) met_full_disk_ = true;
    if (status.ok()) parts_.erased.Add(subject);
    return FromRocks(status, "marking a subject as erased");
}

}  // namespace throughline
