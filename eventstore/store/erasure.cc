// Each step can be repeated, and the note that it has begun goes last: so repeating all of them finishes any of them.
#include "eventstore/store/erasure.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/digest.h"
#include "eventstore/base/limits.h"
#include "eventstore/base/record_header.h"
#include "eventstore/base/status_details.h"
#include "eventstore/base/tags.h"

namespace throughline {
namespace {

using eventstore::v1::SubjectKind;

constexpr std::string_view kCaller = "throughline/eventstore/erasure";

/// Always the same for one subject, so that its erasure is recorded once.
CommandKey CommandOf(SubjectId subject) {
    std::string request = "erase";
    request += subject.AsBytes();
    const std::string hash = Sha256(request);
    return {std::string(kCaller), CommandId{*UuidFromBytes(std::string_view(hash).substr(0, 16))}, std::move(request)};
}

std::int64_t UnixMillis(const Clock& clock) {
    return std::chrono::floor<std::chrono::milliseconds>(clock.Now().time_since_epoch()).count();
}

absl::Status CheckWords(const std::string& ground, const std::string& erased_by) {
    std::vector<FieldViolation> violations;
    if (ground.empty() || ground.size() > limits::kGroundBytesMax) {
        violations.push_back({"ground", fmt::format("1 to {} bytes that name nobody", limits::kGroundBytesMax)});
    }
    if (erased_by.empty() || erased_by.size() > limits::kNaturalKeyBytesMax) {
        violations.push_back(
            {"erased_by", fmt::format("the id of a person, 1 to {} bytes", limits::kNaturalKeyBytesMax)});
    }
    return violations.empty() ? absl::OkStatus() : BadRequestError(violations);
}

/// People are erased. A school's key opens what concerns no pupil: its staff, its provisions, every place.
absl::Status MayBeErased(SubjectKind kind) {
    switch (kind) {
        case eventstore::v1::SUBJECT_KIND_PUPIL:
        case eventstore::v1::SUBJECT_KIND_SAFEGUARDING_FILE:
            return absl::OkStatus();
        case eventstore::v1::SUBJECT_KIND_SCHOOL:
            return WithReason(
                absl::FailedPreconditionError("this is the id of a school, and only a pupil is erased; give a pupil's"),
                "SCHOOL_SUBJECT");
        case eventstore::v1::SUBJECT_KIND_STORE:
            return WithReason(
                absl::FailedPreconditionError("the store's own subject cannot be erased; it holds the erasures"),
                "STORE_SUBJECT");
        default:
            return absl::DataLossError(fmt::format(
                "a subject is of kind {}, which this program does not know; use a newer one", static_cast<int>(kind)));
    }
}

absl::Status HeaderDamaged(Position position) {
    return WithReason(
        absl::DataLossError(fmt::format("record {} has a header that cannot be read; restore it from a backup of the "
                                        "log",
                                        ToUint64(position))),
        "RECORD_DAMAGED");
}

ErasureReach ReachOf(std::uint64_t records) {
    ErasureReach reach;
    reach.records = records;
    reach.destroyed = {
        "key store: the key and every link to the subject are deleted, and compacted out of its files",
        fmt::format("log: the sealed bodies of {} records are deleted, and compacted out of its files; headers stay",
                    records),
        "memory: the key is wiped",
        "views: their rows about the subject are folded anew as erased, when the record of the erasure reaches them",
    };
    reach.unreadable = {
        "kafka topic: sealed bodies that were published stay, and nobody can read them; republishing leaves them empty",
        "backups of the log: sealed bodies stay, and nobody can read them",
        "backups of the key store made before the erasure still hold the key: destroy them now",
        "copies of answers, exports and printed pages are out of reach: ask those who hold them",
    };
    return reach;
}

}  // namespace

Erasure::Erasure(EventLog& log, RecordLog& records, Vault& vault, const Clock& clock)
    : log_(log), records_(records), vault_(vault), clock_(clock) {}

absl::StatusOr<ErasureReach> Erasure::DryRun(SubjectId subject) {
    const absl::StatusOr<SubjectKind> kind = vault_.KindOf(subject);
    if (!kind.ok()) return kind.status();
    if (absl::Status allowed = MayBeErased(*kind); !allowed.ok()) return allowed;
    const absl::StatusOr<std::uint64_t> records = CountRecords(subject);
    if (!records.ok()) return records.status();
    return ReachOf(*records);
}

absl::StatusOr<ErasureReach> Erasure::Erase(SubjectId subject, const std::string& ground,
                                            const std::string& erased_by) {
    if (absl::Status checked = CheckWords(ground, erased_by); !checked.ok()) return checked;
    const std::lock_guard lock(one_at_a_time_);
    absl::StatusOr<ErasureReach> reach = DryRun(subject);
    if (!reach.ok()) return reach.status();
    const absl::StatusOr<SubjectKind> kind = vault_.KindOf(subject);
    if (!kind.ok()) return kind.status();
    if (absl::Status begun = Begin(subject, *kind, ground, erased_by); !begun.ok()) return begun;
    const absl::StatusOr<std::vector<Vault::PendingErasure>> pending = vault_.PendingErasures();
    if (!pending.ok()) return pending.status();
    for (const Vault::PendingErasure& erasure : *pending) {
        if (erasure.subject != subject) continue;
        if (absl::Status completed = Complete(erasure); !completed.ok()) return completed;
    }
    return reach;
}

absl::Status Erasure::ResumePending() {
    const std::lock_guard lock(one_at_a_time_);
    const absl::StatusOr<std::vector<Vault::PendingErasure>> pending = vault_.PendingErasures();
    if (!pending.ok()) return pending.status();
    absl::Status first_failure;
    for (const Vault::PendingErasure& erasure : *pending) {
        first_failure.Update(Complete(erasure));
    }
    return first_failure;
}

absl::Status Erasure::Begin(SubjectId subject, SubjectKind kind, const std::string& ground,
                            const std::string& erased_by) {
    const absl::StatusOr<std::vector<Vault::PendingErasure>> pending = vault_.PendingErasures();
    if (!pending.ok()) return pending.status();
    const bool begun = std::any_of(pending->begin(), pending->end(),
                                   [&](const Vault::PendingErasure& erasure) { return erasure.subject == subject; });
    if (begun) return absl::OkStatus();
    const absl::StatusOr<bool> erased = vault_.Erased(subject);
    if (!erased.ok()) return erased.status();
    if (*erased) return absl::OkStatus();
    return vault_.BeginErasure({subject, kind, ground, erased_by});
}

absl::Status Erasure::Complete(const Vault::PendingErasure& erasure) {
    if (absl::Status destroyed = vault_.Erase(erasure.subject); !destroyed.ok()) return destroyed;
    if (absl::Status recorded = AppendFact(erasure); !recorded.ok()) return recorded;
    const absl::StatusOr<std::uint64_t> deleted = records_.DeleteBodies(erasure.subject);
    if (!deleted.ok()) return deleted.status();
    return vault_.FinishErasure(erasure.subject);
}

absl::Status Erasure::AppendFact(const Vault::PendingErasure& erasure) {
    eventstore::v1::SubjectErased fact;
    fact.set_kind(erasure.kind);
    fact.set_subject_id(ToString(erasure.subject));
    fact.set_ground(erasure.ground);
    fact.set_erased_by(erasure.erased_by);
    NewEvent event;
    event.id = EventId{TimeOrderedUuid(UnixMillis(clock_))};
    event.subject = vault_.StoreSubject();
    event.type = std::string(fact.GetDescriptor()->full_name());
    event.tags = {SubjectTag(erasure.kind, erasure.subject)};
    event.body = fact.SerializeAsString();
    return log_.Append(CommandOf(erasure.subject), std::nullopt, {&event, 1}).status();
}

absl::StatusOr<std::uint64_t> Erasure::CountRecords(SubjectId subject) {
    // Every header is looked at: what decides is the key that sealed a record, whatever tags it carries.
    ReadOptions options;
    options.headers_only = true;
    std::uint64_t records = 0;
    std::optional<Position> unreadable;
    do {
        const absl::StatusOr<ReadProgress> progress = records_.Visit(options, [&](const RecordView& stored) {
            const std::optional<RecordHeaderView> header = ParseRecordHeader(stored.header);
            if (!header && !unreadable) unreadable = stored.position;
            if (header && header->key_id == subject.AsBytes()) ++records;
        });
        if (!progress.ok()) return progress.status();
        if (unreadable) return HeaderDamaged(*unreadable);
        options.from = progress->next;
    } while (options.from);
    return records;
}

}  // namespace throughline
