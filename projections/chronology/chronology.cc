// What facts and erasures mean for a pupil's chronology.
#include "projections/chronology/chronology.h"

#include <fmt/format.h>

#include "eventstore/base/tags.h"
#include "projections/chronology/headline.h"
#include "projections/chronology/valid_time.h"
#include "projections/chronology/words.h"
#include "throughline/eventstore/v1/subject.pb.h"
#include "throughline/views/v1/chronology_service.pb.h"

namespace throughline {
namespace {

using views::v1::ChronologyEntry;

void AppendBigEndian(std::uint64_t value, std::string& to) {
    for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<char>((value >> shift) & 0xff));
}

std::string KeyOf(Instant valid, Position position) {
    std::string key;
    // The sign bit is turned over, so that what was before 1970 sorts before what came after.
    AppendBigEndian(static_cast<std::uint64_t>(ToMicros(valid)) ^ (std::uint64_t{1} << 63), key);
    AppendBigEndian(ToUint64(position), key);
    return key;
}

void SetTimestamp(std::int64_t micros, google::protobuf::Timestamp& to) {
    // Rounded down, as nanos are never negative.
    const std::int64_t seconds = micros >= 0 ? micros / 1'000'000 : (micros - 999'999) / 1'000'000;
    to.set_seconds(seconds);
    to.set_nanos(static_cast<std::int32_t>((micros - seconds * 1'000'000) * 1'000));
}

views::v1::EntryState StateOf(Standing standing) {
    switch (standing) {
        case Standing::kRecorded:
            return views::v1::ENTRY_STATE_RECORDED;
        case Standing::kCorrected:
            return views::v1::ENTRY_STATE_CORRECTED;
        case Standing::kAnnulled:
            return views::v1::ENTRY_STATE_ANNULLED;
        case Standing::kErased:
            return views::v1::ENTRY_STATE_ERASED;
    }
    return views::v1::ENTRY_STATE_UNSPECIFIED;
}

ChronologyEntry EntryOf(const eventstore::v1::RecordHeader& header, Standing standing) {
    ChronologyEntry entry;
    if (const auto id = UuidFromBytes(header.event_id())) entry.set_event_id(ToString(*id));
    entry.set_type(header.type());
    entry.set_state(StateOf(standing));
    SetTimestamp(header.recorded_at_us(), *entry.mutable_recorded_at());
    return entry;
}

absl::Status Describe(const EffectiveFact& fact, ChronologyEntry& entry) {
    const absl::StatusOr<Summary> summary = Summarise(*fact.fact);
    if (!summary.ok()) return summary.status();
    entry.set_headline(summary->headline);
    for (const views::v1::Detail& detail : summary->details) *entry.add_details() = detail;
    *entry.mutable_occurred() = fact.fact->occurred();
    entry.set_late(IsLate(fact.fact->occurred(), FromMicros(fact.header.recorded_at_us())));
    *entry.mutable_fact() = *fact.fact;
    for (const SupersededFact& original : fact.originals) {
        views::v1::Superseded& superseded = *entry.add_originals();
        *superseded.mutable_fact() = original.fact;
        superseded.set_reason(original.reason);
        *superseded.mutable_put_right_by() = original.put_right_by;
        SetTimestamp(original.put_right_at_us, *superseded.mutable_put_right_at());
        superseded.set_correction_event_id(ToString(original.correction));
    }
    return absl::OkStatus();
}

absl::Status CannotFold(const eventstore::v1::RecordHeader& header, std::string_view why) {
    const auto id = UuidFromBytes(header.event_id());
    return absl::DataLossError(fmt::format("{} {}: {}", header.type(), id ? ToString(*id) : "without an id", why));
}

}  // namespace

std::string ChronologyGroup(SubjectId pupil) {
    return SubjectTag(eventstore::v1::SUBJECT_KIND_PUPIL, pupil);
}

std::optional<std::string> Chronology::GroupOf(const eventstore::v1::RecordHeader& header) const {
    const std::vector<std::string> tags(header.tags().begin(), header.tags().end());
    const std::optional<std::string_view> id = FindTag(tags, "pupil");
    if (!id) return std::nullopt;
    const std::optional<Uuid> pupil = ParseUuid(*id);
    if (!pupil) return std::nullopt;
    return ChronologyGroup(SubjectId{*pupil});
}

Query Chronology::QueryOf(std::string_view group) const {
    return Query{{QueryItem{{}, {std::string(group)}}}};
}

absl::Status Chronology::Apply(const EffectiveFact& fact, Rows& rows) const {
    ChronologyEntry entry = EntryOf(fact.header, fact.standing);
    Instant valid = FromMicros(fact.header.recorded_at_us());
    if (fact.fact) {
        const absl::StatusOr<Instant> occurred = ValidTime(fact.fact->occurred());
        if (!occurred.ok()) return CannotFold(fact.header, std::string(occurred.status().message()));
        valid = *occurred;
        const absl::Status described = Describe(fact, entry);
        if (!described.ok()) return CannotFold(fact.header, std::string(described.message()));
    } else {
        entry.set_headline(fmt::format("{} (erased)", TypeInWords(fact.header.type())));
    }
    rows.Put(KeyOf(valid, fact.position), entry);
    return absl::OkStatus();
}

absl::Status Chronology::ApplyStoreRecord(const Record& record, Rows& rows) const {
    if (!IsErasure(record.header)) {
        const bool ours = record.header.type().starts_with("throughline.");
        return ours ? CannotFold(record.header, "not known to this program; use a newer one") : absl::OkStatus();
    }
    ChronologyEntry entry = EntryOf(record.header, Standing::kRecorded);
    entry.set_headline("Personal data erased");
    SetTimestamp(record.header.recorded_at_us(), *entry.mutable_occurred()->mutable_at());
    if (eventstore::v1::SubjectErased erased; record.body && erased.ParseFromString(*record.body)) {
        views::v1::Detail& ground = *entry.add_details();
        ground.set_label("Ground");
        ground.set_text(erased.ground());
    }
    rows.Put(KeyOf(FromMicros(record.header.recorded_at_us()), record.position), entry);
    return absl::OkStatus();
}

}  // namespace throughline
