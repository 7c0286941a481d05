// Decides in the order of arrival; each append sees what those before it in the same commit will add.
#include "eventstore/log/log_writer.h"

#include <algorithm>
#include <optional>
#include <string_view>
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

// Where commits hold the appends of several, more are under way: the lent thread waits for them a little, instead
// of leaving a commit of one append to whoever comes first. Measured: a quarter of the rate at 16 callers.
constexpr int kCommitsOfACrowd = 8;
constexpr std::chrono::microseconds kWaitForACrowd{1'000};

// More are told by the other thread, so that the next commit does not wait for that.
constexpr std::size_t kAnswersToldHere = 16;

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
    Instant recorded_at{};
    PendingFacts pending;
    /// Commands of this commit: their repeats in it get the same answer, once it is durable.
    absl::flat_hash_map<std::string_view, StoredCommand> commands;
};

LogWriter::LogWriter(const WriterParts& parts, const Clock& clock, RecordingClockOptions clock_options,
                     const WriterStart& start)
    : parts_(parts),
      writer_epoch_(start.writer_epoch),
      end_(start.tree.size()),
      last_recorded_at_us_(ToMicros(start.last_recorded_at)),
      tree_(start.tree),
      clock_(clock, std::move(clock_options), start.last_recorded_at),
      labels_(End(), limits::kCachedTagsMax),
      commands_(End(), limits::kCachedCommandsMax),
      thread_([this] { Run(); }) {}

LogWriter::~LogWriter() {
    queue_.Close();
    thread_.join();
}

void LogWriter::Append(WaitingAppend waiting) {
    if (absl::Status failed = parts_.failure.Check(); !failed.ok()) return waiting.done(failed);
    auto alone = queue_.Push(waiting);
    if (!alone.ok()) return waiting.done(alone.status());
    if (alone->empty()) return;
    std::vector<Answer> answers = Commit(*std::move(alone));
    queue_.Done();
    Tell(std::move(answers));
}

void LogWriter::LendThread() {
    int crowded = 0;  // So many more commits are taken for one of several callers.
    for (AppendGroup group = queue_.Lend(); !group.empty();) {
        crowded = group.size() > 1 ? kCommitsOfACrowd : std::max(crowded - 1, 0);
        Tell(Commit(std::move(group)));
        group = queue_.Next(crowded > 0 ? kWaitForACrowd : std::chrono::microseconds(0));
    }
}

void LogWriter::Tell(std::vector<Answer> answers) {
    if (answers.size() > kAnswersToldHere) return answers_.Tell(std::move(answers));
    for (Answer& answer : answers) answer.done(std::move(answer.outcome));
}

void LogWriter::Run() {
    for (AppendGroup group = queue_.Take(); !group.empty(); group = queue_.Take()) {
        std::vector<Answer> answers = Commit(std::move(group));
        queue_.Done();
        Tell(std::move(answers));
    }
}

std::vector<Answer> LogWriter::Commit(AppendGroup waiting) {
    const std::lock_guard lock(committing_);
    std::vector<Answer> answers;
    answers.reserve(waiting.size());
    const auto answer_all = [&](const absl::Status& status) {
        for (WaitingAppend& each : waiting) answers.push_back({std::move(each.done), status});
        return std::move(answers);
    };
    if (absl::Status ready = Ready(); !ready.ok()) return answer_all(ready);
    const absl::StatusOr<Instant> recorded_at = clock_.Now();
    if (!recorded_at.ok()) return answer_all(recorded_at.status());

    Group group{{parts_.families, parts_.types, tree_, writer_epoch_, *recorded_at}, *recorded_at, {}, {}};
    absl::Status failure;
    for (WaitingAppend& each : waiting) {
        answers.push_back({std::move(each.done), Decide(group, each)});
        const absl::Status& status = answers.back().outcome.status();
        if (LogFailure::IsFatal(status)) failure = status;
    }
    if (failure.ok() && !group.builder.empty()) {
        failure = Write(group.builder);
        if (failure.ok()) failure = TakeOver(group);
    }
    // What a commit answers is true only if it was written; what was durable before, or is refused, stands.
    for (Answer& answer : answers) {
        if (answer.outcome.ok() && End() <= answer.outcome->last) answer.outcome = failure;
    }
    if (!failure.ok() && !absl::IsResourceExhausted(failure)) parts_.failure.Report(failure);
    return answers;
}

absl::Status LogWriter::Ready() {
    if (absl::Status failed = parts_.failure.Check(); !failed.ok()) return failed;
    if (absl::Status room = parts_.room.Check(); !room.ok()) return room;
    if (!met_full_disk_) return absl::OkStatus();
    absl::Status left = LeaveFullDisk();
    parts_.failure.ReportIfFatal(left);
    return left;
}

absl::StatusOr<AppendOutcome> LogWriter::Decide(Group& group, const WaitingAppend& waiting) {
    const SealedAppend& append = waiting.prepared.append;
    const auto known = FindCommand(group, waiting);
    if (!known.ok()) return known.status();
    if (*known) return AnswerAgain(**known, append.request_digest);
    if (append.conditional) {
        if (absl::Status holds = CheckCondition(group, waiting); !holds.ok()) return holds;
    }
    for (const PreparedEvent& event : waiting.prepared.events) {
        if (parts_.erased.Contains(event.subject)) return SubjectErasedError();
    }
    const Position first = group.builder.end();
    if (absl::Status added = group.builder.Add(waiting.prepared); !added.ok()) return added;
    group.pending.Add(waiting.prepared, first);
    group.commands.emplace(append.command_hash, StoredCommand{first, static_cast<std::uint32_t>(append.events.size()),
                                                              append.request_digest});
    return AppendOutcome{first, Next(first, append.events.size() - 1), false};
}

absl::StatusOr<std::optional<StoredCommand>> LogWriter::FindCommand(const Group& group,
                                                                    const WaitingAppend& waiting) const {
    const std::string& hash = waiting.prepared.append.command_hash;
    if (const auto pending = group.commands.find(hash); pending != group.commands.end()) return pending->second;
    if (waiting.checked_until < commands_.covered_from()) return parts_.reader.FindCommand(hash);
    return commands_.Find(hash);
}

absl::Status LogWriter::CheckCondition(const Group& group, const WaitingAppend& waiting) const {
    const Condition& condition = waiting.prepared.append.condition;
    const LabelQuery& labels = waiting.prepared.condition;
    const Position from = std::max(FirstLookedAt(condition), waiting.checked_until);
    const bool may_match =
        from < End() && (from < labels_.covered_from() || labels.items.empty() ||
                         std::any_of(labels.items.begin(), labels.items.end(),
                                     [&](const LabelQuery::Item& item) { return labels_.MayMatch(item, from); }));
    if (may_match) {
        const auto durable = parts_.conditions.FirstMatch(condition.query, labels, from, End());
        if (!durable.ok()) return durable.status();
        if (*durable) return ConditionFailedError(condition, **durable);
    }
    if (const auto pending = group.pending.FirstMatch(labels)) return ConditionFailedError(condition, *pending);
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

absl::Status LogWriter::TakeOver(Group& group) {
    const CommitBuilder& builder = group.builder;
    for (const auto& [type, id] : builder.new_types()) parts_.types.Add(type, id);
    for (const auto& [label, posting] : builder.postings()) labels_.Put(label, posting.last(), builder.end());
    for (auto& [hash, command] : group.commands) commands_.Put(hash, std::move(command), builder.end());
    commits_.fetch_add(1, std::memory_order_relaxed);
    appends_.fetch_add(group.commands.size(), std::memory_order_relaxed);
    {
        const std::lock_guard lock(tree_mutex_);
        tree_ = builder.tree();
    }
    last_recorded_at_us_.store(ToMicros(group.recorded_at));
    end_.store(ToUint64(builder.end()), std::memory_order_release);
    absl::Status noted = parts_.witness.Note(writer_epoch_, builder.end());
    parts_.listeners.Notify(builder.end());
    return absl::IsResourceExhausted(noted) ? absl::OkStatus() : noted;
}

LogCounters LogWriter::Counters() const {
    return {commits_.load(std::memory_order_relaxed), appends_.load(std::memory_order_relaxed)};
}

Frontier LogWriter::Tree() const {
    const std::lock_guard lock(tree_mutex_);
    return tree_;
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
