// One lock, one vector: simple enough to be obviously right.
#include "eventstore/log/memory_log.h"

#include <algorithm>
#include <utility>

#include "eventstore/base/limits.h"
#include "eventstore/log/append_checks.h"
#include "eventstore/log/header_trailer.h"

namespace throughline {

MemoryLog::MemoryLog(const Clock& clock, const MemoryLogOptions& options)
    : clock_(clock), store_id_(options.store_id), synthetic_(options.synthetic) {}

absl::StatusOr<AppendOutcome> MemoryLog::Append(SealedAppend request) {
    if (absl::Status checked = CheckAppend(request); !checked.ok()) return checked;
    const std::lock_guard notifying(notifying_);
    absl::StatusOr<AppendOutcome> outcome = AppendOutcome{};
    {
        const std::lock_guard lock(mutex_);
        outcome = AppendLocked(request);
    }
    if (outcome.ok() && !outcome->repeated) listeners_.Notify(Next(outcome->last));
    return outcome;
}

absl::StatusOr<AppendOutcome> MemoryLog::AppendLocked(SealedAppend& request) {
    if (const auto known = commands_.find(request.command_hash); known != commands_.end()) {
        return AnswerAgain(known->second, request.request_digest);
    }
    const Position end{entries_.size()};
    if (absl::Status after = CheckConditionAfter(request, end); !after.ok()) return after;
    if (request.conditional) {
        if (absl::Status condition = CheckCondition(request.condition); !condition.ok()) return condition;
    }
    const bool erased = std::any_of(request.events.begin(), request.events.end(),
                                    [this](const SealedEvent& event) { return erased_.contains(event.subject); });
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
    std::string header = std::move(event.header);
    AppendHeaderTrailer(header, {position, kWriterEpoch, recorded_at});
    entries_.push_back({std::move(event.type), std::move(event.tags), event.subject,
                        StoredRecord{position, std::move(header), std::move(event.sealed_body)}});
}

absl::StatusOr<std::optional<StoredCommand>> MemoryLog::FindCommand(std::string_view command_hash) {
    const std::lock_guard lock(mutex_);
    const auto found = commands_.find(command_hash);
    if (found == commands_.end()) return std::optional<StoredCommand>{};
    return std::optional<StoredCommand>{found->second};
}

absl::StatusOr<ReadBatch> MemoryLog::Read(const ReadOptions& options) {
    if (absl::Status checked = CheckQuery(options.query); !checked.ok()) return checked;
    const std::uint64_t records_max = std::min<std::uint64_t>(
        options.limit == 0 ? limits::kReadBatchRecordsMax : options.limit, limits::kReadBatchRecordsMax);
    const std::lock_guard lock(mutex_);
    const std::uint64_t end = entries_.size();
    ReadBatch batch;
    batch.end = Position{end};
    if (end == 0) return batch;
    const std::uint64_t low = ToUint64((options.backwards ? options.until : options.from).value_or(Position{0}));
    const std::uint64_t high =
        std::min(end - 1, ToUint64((options.backwards ? options.from : options.until).value_or(Position{end - 1})));
    std::size_t bytes = 0;
    for (std::uint64_t step = 0; low <= high && step <= high - low; ++step) {
        const Entry& entry = entries_[options.backwards ? high - step : low + step];
        if (!Matches(options.query, entry.type, entry.tags)) continue;
        if (batch.records.size() >= records_max || bytes >= limits::kReadBatchBytesMax) {
            batch.next = entry.stored.position;
            break;
        }
        batch.records.push_back(entry.stored);
        if (options.headers_only) batch.records.back().sealed_body.clear();
        bytes += batch.records.back().header.size() + batch.records.back().sealed_body.size();
    }
    return batch;
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

}  // namespace throughline
