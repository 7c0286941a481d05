// A move is a record under the store's own key: what a restart needs is in the log.
#include "eventstore/store/store_clock.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/base/tags.h"

namespace throughline {
namespace {

using eventstore::v1::ClockMoved;

/// 9999-12-31T23:59:59Z, the last second of a google.protobuf.Timestamp.
constexpr std::int64_t kLastSecond = 253'402'300'799;

std::string TypeName() {
    return std::string(ClockMoved::descriptor()->full_name());
}

std::int64_t UnixMillis(Instant instant) {
    return std::chrono::floor<std::chrono::milliseconds>(instant.time_since_epoch()).count();
}

absl::StatusOr<Instant> TargetOf(const Record& record) {
    ClockMoved moved;
    if (!record.body || !moved.ParseFromString(*record.body)) {
        return WithReason(
            absl::DataLossError(fmt::format("record {} is not a move of the clock; restore the log from a "
                                            "backup",
                                            ToUint64(record.position))),
            "RECORD_DAMAGED");
    }
    return FromMicros(moved.to_us());
}

}  // namespace

StoreClock::StoreClock(EventLog& log, const Vault& vault, const Clock& clock, StandingClock* standing)
    : log_(log), vault_(vault), clock_(clock), standing_(standing) {}

Instant StoreClock::Now() const {
    return clock_.Now();
}

bool StoreClock::Synthetic() const {
    return log_.Synthetic() && standing_ != nullptr;
}

absl::Status StoreClock::Restore(Instant start) {
    if (!Synthetic()) return absl::OkStatus();
    ReadOptions last;
    last.backwards = true;
    last.limit = 1;
    last.headers_only = true;
    const absl::StatusOr<RecordBatch> batch = log_.Read(last);
    if (!batch.ok()) return batch.status();
    const absl::StatusOr<std::optional<Instant>> moved = LastMove();
    if (!moved.ok()) return moved.status();
    Instant now = start;
    if (!batch->records.empty()) now = std::max(now, FromMicros(batch->records.front().header.recorded_at_us()));
    if (moved->has_value()) now = std::max(now, **moved);
    standing_->MoveTo(now);
    return absl::OkStatus();
}

absl::StatusOr<std::optional<Instant>> StoreClock::LastMove() {
    ReadOptions options;
    options.query.items = {{{TypeName()}, {SubjectTag(eventstore::v1::SUBJECT_KIND_STORE, vault_.StoreSubject())}}};
    options.backwards = true;
    options.limit = 1;
    const absl::StatusOr<RecordBatch> batch = log_.ReadAll(options);
    if (!batch.ok()) return batch.status();
    if (batch->records.empty()) return std::optional<Instant>{};
    const absl::StatusOr<Instant> target = TargetOf(batch->records.front());
    if (!target.ok()) return target.status();
    return std::optional<Instant>(*target);
}

absl::StatusOr<Instant> StoreClock::MoveAt(Position position) {
    ReadOptions options;
    options.from = position;
    options.until = position;
    const absl::StatusOr<RecordBatch> batch = log_.Read(options);
    if (!batch.ok()) return batch.status();
    if (batch->records.size() != 1) {
        return absl::DataLossError(
            fmt::format("record {} is missing; restore the log from a backup", ToUint64(position)));
    }
    return TargetOf(batch->records.front());
}

absl::StatusOr<Instant> StoreClock::MoveClock(Instant to, const CommandKey& key) {
    if (!Synthetic()) {
        return WithReason(absl::FailedPreconditionError(
                              "only the clock of a synthetic store can be moved; make one with init --synthetic"),
                          "NOT_SYNTHETIC");
    }
    if (ToMicros(to) / 1'000'000 > kLastSecond) {
        const FieldViolation violation{"to", "a time up to the year 9999"};
        return BadRequestError({&violation, 1});
    }
    const std::lock_guard lock(moving_);
    const absl::StatusOr<std::optional<Appended>> known = log_.FindCommand(key);
    if (!known.ok()) return known.status();
    if (known->has_value()) {
        // The move may have been recorded without an answer.
        const absl::StatusOr<Instant> target = MoveAt((*known)->first);
        if (target.ok()) standing_->MoveTo(*target);
        return target;
    }
    if (to <= clock_.Now()) return clock_.Now();
    ClockMoved fact;
    fact.set_to_us(ToMicros(to));
    NewEvent event;
    event.id = EventId{TimeOrderedUuid(UnixMillis(clock_.Now()))};
    event.subject = vault_.StoreSubject();
    event.type = TypeName();
    event.tags = {SubjectTag(eventstore::v1::SUBJECT_KIND_STORE, vault_.StoreSubject())};
    event.body = fact.SerializeAsString();
    const absl::StatusOr<Appended> appended = log_.Append(key, std::nullopt, {&event, 1});
    if (!appended.ok()) return appended.status();
    standing_->MoveTo(to);
    return to;
}

}  // namespace throughline
