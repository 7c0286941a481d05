// One lock, one vector: simple enough to be obviously right.
#include "eventstore/log/memory_log.h"

#include <algorithm>
#include <utility>

#include "eventstore/base/record_header.h"
#include "eventstore/log/append_checks.h"
#include "eventstore/log/batch_bound.h"
#include "eventstore/log/header_trailer.h"

namespace throughline {

MemoryLog::MemoryLog(const Clock& clock, const MemoryLogOptions& options)
    : clock_(clock), store_id_(options.store_id), synthetic_(options.synthetic) {}

void MemoryLog::BeginAppend(SealedAppend request, AppendDone done) {
    auto prepared = PreparedAppend::Of(std::move(request));
    if (!prepared.ok()) return done(prepared.status());
    absl::StatusOr<AppendOutcome> outcome = AppendOutcome{};
    {
        const std::lock_guard notifying(notifying_);
        {
            const std::lock_guard lock(mutex_);
            outcome = Add(*prepared);
        }
        if (outcome.ok() && !outcome->repeated) listeners_.Notify(Next(outcome->last));
    }
    done(std::move(outcome));
}

absl::StatusOr<AppendOutcome> MemoryLog::Add(PreparedAppend& prepared) {
    SealedAppend& request = prepared.append;
    if (const auto known = commands_.find(request.command_hash); known != commands_.end()) {
        return AnswerAgain(known->second, request.request_digest);
    }
    const Position end{entries_.size()};
    if (absl::Status after = CheckConditionAfter(request, end); !after.ok()) return after;
    if (request.conditional) {
        if (absl::Status condition = CheckCondition(request.condition); !condition.ok()) return condition;
    }
    const bool erased = std::any_of(prepared.events.begin(), prepared.events.end(),
                                    [this](const PreparedEvent& event) { return erased_.contains(event.subject); });
    if (erased) return SubjectErasedError();
    last_recorded_at_ = std::max(last_recorded_at_, clock_.Now());
    for (SealedEvent& event : request.events) Store(event, last_recorded_at_);
    commands_[request.command_hash] =
        StoredCommand{end, static_cast<std::uint32_t>(request.events.size()), request.request_digest};
    return AppendOutcome{end, Next(end, request.events.size() - 1), false};
}

absl::Status MemoryLog::CheckCondition(const Condition& condition) const {
    const std::size_t from = condition.after ? ToUint64(*condition.after) + 1 : 0;
    for (std::size_t i = from; i < entries_.size(); ++i) {
        if (Matches(condition.query, entries_[i].type, entries_[i].tags)) {
            return ConditionFailedError(condition, Position{i});
        }
    }
    return absl::OkStatus();
}

void MemoryLog::Store(SealedEvent& event, Instant recorded_at) {
    constexpr std::uint64_t kWriterEpoch = 1;
    const Position position{entries_.size()};
    const RecordHeaderView view = *ParseRecordHeader(event.header);
    Entry entry{
        std::string(view.type), {view.tags.begin(), view.tags.end()}, SubjectId{*UuidFromBytes(view.key_id)}, {}};
    AppendHeaderTrailer(event.header, {position, kWriterEpoch, recorded_at});
    leaves_.push_back(LeafHash(event.header));
    entry.stored = StoredRecord{position, std::move(event.header), std::move(event.sealed_body)};
    entries_.push_back(std::move(entry));
}

absl::StatusOr<std::optional<StoredCommand>> MemoryLog::FindCommand(std::string_view command_hash) {
    const std::lock_guard lock(mutex_);
    const auto found = commands_.find(command_hash);
    if (found == commands_.end()) return std::optional<StoredCommand>{};
    return std::optional<StoredCommand>{found->second};
}

absl::StatusOr<ReadProgress> MemoryLog::Visit(const ReadOptions& options, RecordVisitor visitor) {
    if (absl::Status checked = CheckQuery(options.query); !checked.ok()) return checked;
    BatchBound bound(options);
    const std::lock_guard lock(mutex_);
    const std::uint64_t end = entries_.size();
    ReadProgress progress{std::nullopt, Position{end}};
    if (end == 0) return progress;
    const std::uint64_t low = ToUint64((options.backwards ? options.until : options.from).value_or(Position{0}));
    const std::uint64_t high =
        std::min(end - 1, ToUint64((options.backwards ? options.from : options.until).value_or(Position{end - 1})));
    for (std::uint64_t step = 0; low <= high && step <= high - low; ++step) {
        const Entry& entry = entries_[options.backwards ? high - step : low + step];
        if (!Matches(options.query, entry.type, entry.tags)) continue;
        if (bound.reached()) {
            progress.next = entry.stored.position;
            break;
        }
        const RecordView record{entry.stored.position, entry.stored.header,
                                options.headers_only ? std::string_view() : entry.stored.sealed_body};
        bound.Count(record);
        visitor(record);
    }
    return progress;
}

Position MemoryLog::End() const {
    const std::lock_guard lock(mutex_);
    return Position{entries_.size()};
}

std::shared_ptr<void> MemoryLog::Listen(Listener listener) {
    return listeners_.Add(std::move(listener));
}

absl::StatusOr<std::uint64_t> MemoryLog::DeleteBodies(SubjectId subject) {
    const std::lock_guard lock(mutex_);
    erased_.insert(subject);
    std::uint64_t deleted = 0;
    for (Entry& entry : entries_) {
        if (entry.subject != subject || entry.stored.sealed_body.empty()) continue;
        entry.stored.sealed_body.clear();
        ++deleted;
    }
    return deleted;
}

LogCounters MemoryLog::Counters() const {
    const std::lock_guard lock(mutex_);
    return {commands_.size(), commands_.size()};
}

Frontier MemoryLog::Tree() const {
    const std::lock_guard lock(mutex_);
    Frontier tree;
    std::vector<CompleteSubtree> unused;
    for (const TreeHash& leaf : leaves_) tree.Add(leaf, unused);
    return tree;
}

absl::StatusOr<std::vector<TreeHash>> MemoryLog::MemoryTree::Hashes(unsigned level, std::uint64_t first,
                                                                    std::uint64_t count) const {
    const std::lock_guard lock(log_.mutex_);
    std::vector<TreeHash> hashes;
    for (std::uint64_t i = first; i < first + count; ++i) {
        Frontier subtree;
        std::vector<CompleteSubtree> unused;
        for (std::uint64_t leaf = i << level; leaf < (i + 1) << level; ++leaf) {
            subtree.Add(log_.leaves_.at(leaf), unused);
        }
        hashes.push_back(subtree.Root());
    }
    return hashes;
}

}  // namespace throughline
