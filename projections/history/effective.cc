// Folds corrections into the facts that they name, in one pass over the records.
#include "projections/history/effective.h"

#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "projections/history/civil_date.h"

namespace throughline {
namespace {

constexpr std::string_view kFactPackage = "throughline.events.v1.";

bool IsFact(const Record& record) {
    return record.header.type().starts_with(kFactPackage);
}

absl::StatusOr<events::v1::Fact> ParseFact(const Record& record) {
    events::v1::Fact fact;
    if (!fact.ParseFromString(*record.body)) {
        return absl::DataLossError(
            fmt::format("the body at position {} is not a fact; run verify", ToUint64(record.position)));
    }
    if (const std::string type = TypeOf(fact); type != record.header.type()) {
        return absl::DataLossError(
            fmt::format("the record at position {} is headed {} and holds {}; it needs a newer program, or verify",
                        ToUint64(record.position), record.header.type(), type.empty() ? "no known fact" : type));
    }
    return fact;
}

/// The subjects of which some body is gone. One is erased as a whole: what was read of it before the erasure finished
/// is left out too, or a first entry would be shown without its correction.
std::set<std::string> ErasedSubjects(std::span<const Record> records) {
    std::set<std::string> erased;
    for (const Record& record : records) {
        if (!record.body && !record.header.key_id().empty()) erased.insert(record.header.key_id());
    }
    return erased;
}

class Fold {
  public:
    explicit Fold(std::span<const Record> records) : erased_(ErasedSubjects(records)) {
        facts_.reserve(records.size());
    }

    absl::Status Add(const Record& record) {
        const bool erased = !record.body || erased_.contains(record.header.key_id());
        if (erased) {
            if (!IsCorrection(record.header)) Place(record, Standing::kErased, std::nullopt);
            return absl::OkStatus();
        }
        absl::StatusOr<events::v1::Fact> fact = ParseFact(record);
        if (!fact.ok()) return fact.status();
        if (fact->has_correction()) return PutRight(record, *fact);
        Place(record, Standing::kRecorded, *std::move(fact));
        return absl::OkStatus();
    }

    std::vector<EffectiveFact> Take() && { return std::move(facts_); }

  private:
    void Place(const Record& record, Standing standing, std::optional<events::v1::Fact> fact) {
        places_.emplace(record.header.event_id(), facts_.size());
        facts_.push_back({record.position, record.header, standing, std::move(fact), {}});
    }

    absl::Status PutRight(const Record& record, const events::v1::Fact& fact) {
        const events::v1::CorrectionFact& correction = fact.correction();
        switch (correction.fact_case()) {
            case events::v1::CorrectionFact::kCorrected:
                return Correct(record, fact, correction.corrected());
            case events::v1::CorrectionFact::kAnnulled:
                Annul(record, fact, correction.annulled());
                return absl::OkStatus();
            case events::v1::CorrectionFact::FACT_NOT_SET:
                break;
        }
        return absl::OkStatus();
    }

    absl::Status Correct(const Record& record, const events::v1::Fact& fact,
                         const events::v1::FactCorrected& corrected) {
        EffectiveFact* entry = Find(corrected.event_id());
        if (entry == nullptr) return absl::OkStatus();
        if (const std::string type = TypeOf(corrected.corrected()); type != entry->header.type()) {
            return absl::DataLossError(
                fmt::format("the correction at position {} puts {} in the place of {} at position {}; annul it",
                            ToUint64(record.position), type.empty() ? "nothing" : type, entry->header.type(),
                            ToUint64(entry->position)));
        }
        Supersede(*entry, record, fact.actor(), corrected.reason());
        events::v1::Fact latest = corrected.corrected();
        *latest.mutable_actor() = entry->fact->actor();
        entry->fact = std::move(latest);
        entry->standing = Standing::kCorrected;
        return absl::OkStatus();
    }

    void Annul(const Record& record, const events::v1::Fact& fact, const events::v1::FactAnnulled& annulled) {
        EffectiveFact* entry = Find(annulled.event_id());
        if (entry == nullptr) return;
        Supersede(*entry, record, fact.actor(), annulled.reason());
        entry->standing = Standing::kAnnulled;
    }

    /// The entry that a correction names, where it is among the records and may still be put right.
    EffectiveFact* Find(const std::string& event_id) {
        const std::optional<Uuid> uuid = ParseUuid(event_id);
        if (!uuid) return nullptr;
        const auto place = places_.find(std::string(uuid->AsBytes()));
        if (place == places_.end()) return nullptr;
        EffectiveFact& entry = facts_[place->second];
        const bool closed = entry.standing == Standing::kAnnulled || entry.standing == Standing::kErased;
        return closed ? nullptr : &entry;
    }

    static void Supersede(EffectiveFact& entry, const Record& record, const events::v1::Actor& actor,
                          const std::string& reason) {
        const Uuid correction = UuidFromBytes(record.header.event_id()).value_or(Uuid{});
        entry.originals.push_back({*entry.fact, reason, actor, record.header.recorded_at_us(), EventId{correction}});
    }

    std::set<std::string> erased_;
    std::vector<EffectiveFact> facts_;
    std::map<std::string, std::size_t> places_;
};

}  // namespace

absl::StatusOr<std::vector<EffectiveFact>> Effective(std::span<const Record> records) {
    Fold fold(records);
    for (const Record& record : records) {
        if (!IsFact(record)) continue;
        if (absl::Status status = fold.Add(record); !status.ok()) return status;
    }
    return std::move(fold).Take();
}

std::int64_t OccurredDay(const events::v1::Occurred& occurred) {
    switch (occurred.when_case()) {
        case events::v1::Occurred::kOn:
            return ToInt64(ToDay(occurred.on()));
        case events::v1::Occurred::kAt:
            return ToInt64(LondonDay(FromMicros(occurred.at().seconds() * 1'000'000 + occurred.at().nanos() / 1'000)));
        case events::v1::Occurred::WHEN_NOT_SET:
            break;
    }
    return 0;
}

}  // namespace throughline
