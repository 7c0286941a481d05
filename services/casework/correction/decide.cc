// A correction is tried on a copy of the history; only if every rule holds there does it become a fact.
#include "services/casework/correction/decide.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "services/casework/correction/first_entry_ids.h"
#include "services/casework/correction/keeps_rules.h"
#include "services/casework/correction/stands_on.h"
#include "services/casework/referral/rules.h"
#include "services/casework/school/rules.h"

namespace throughline {
namespace {

using History = std::vector<EffectiveFact>;

/// What the rules of the entry's own subject are asked of: the records of pupils do not matter to a school's.
History OwnHistory(std::span<const EffectiveFact> history, const EffectiveFact& entry) {
    const bool schools = entry.fact->has_school() || entry.fact->has_provision();
    History own;
    std::copy_if(history.begin(), history.end(), std::back_inserter(own), [&](const EffectiveFact& other) {
        return !schools || other.header.key_id() == entry.header.key_id();
    });
    return own;
}

EffectiveFact& EntryIn(History& history, const EffectiveFact& entry) {
    return *std::find_if(history.begin(), history.end(), [&](const EffectiveFact& other) {
        return other.header.event_id() == entry.header.event_id();
    });
}

Breach CannotBePutRight(const EffectiveFact* entry, const std::string& event_id) {
    if (entry == nullptr) return Refuse("ENTRY_UNKNOWN", event_id, "check the event id of the entry");
    switch (entry->standing) {
        case Standing::kRecorded:
        case Standing::kCorrected:
            return std::nullopt;
        case Standing::kAnnulled:
            return Refuse("ENTRY_ANNULLED", event_id,
                          "the entry was annulled and counts for nothing; record a new one");
        case Standing::kErased:
            return Refuse("ENTRY_ERASED", event_id, "the record was erased; nothing is left to put right");
    }
    return std::nullopt;
}

Breach ChangeNotAllowed(const events::v1::Fact& from, const events::v1::Fact& to, const events::v1::Actor& by) {
    switch (from.aggregate_case()) {
        case events::v1::Fact::kSchool:
            return RuleAgainstChange(from.school(), to.school());
        case events::v1::Fact::kReferral:
            return RuleAgainstChange(from.referral(), to.referral(), by);
        case events::v1::Fact::kProvision:
        case events::v1::Fact::kPupil:
        case events::v1::Fact::kCorrection:
        case events::v1::Fact::AGGREGATE_NOT_SET:
            return std::nullopt;
    }
    return std::nullopt;
}

bool SaysTheSame(const events::v1::Fact& now, events::v1::Fact corrected) {
    *corrected.mutable_actor() = now.actor();
    return now.SerializeAsString() == corrected.SerializeAsString();
}

/// The correction as a fact, filed where the entry is.
NewFacts Filed(events::v1::Fact fact, const EffectiveFact& entry) {
    NewFact filed;
    filed.fact = std::move(fact);
    filed.subject_id = ToString(UuidFromBytes(entry.header.key_id()).value_or(Uuid{}));
    filed.tags = {entry.header.tags().begin(), entry.header.tags().end()};
    filed.puts_right = EventId{UuidFromBytes(entry.header.event_id()).value_or(Uuid{})};
    return {std::move(filed)};
}

}  // namespace

const EffectiveFact* FindEntryIn(std::span<const EffectiveFact> history, const std::string& event_id) {
    const std::optional<Uuid> id = ParseUuid(event_id);
    if (!id) return nullptr;
    const auto entry = std::find_if(history.begin(), history.end(), [&](const EffectiveFact& candidate) {
        return candidate.header.event_id() == id->AsBytes();
    });
    return entry == history.end() ? nullptr : &*entry;
}

Decision Decide(std::span<const EffectiveFact> history, const casework::v1::CorrectFactRequest& command,
                const CommandContext& context) {
    const EffectiveFact* entry = FindEntryIn(history, command.event_id());
    if (Breach breach = CannotBePutRight(entry, command.event_id())) return *std::move(breach);
    events::v1::Fact corrected = command.corrected();
    if (Breach breach = TakeIdsOf(*entry->fact, corrected)) return *std::move(breach);
    if (SaysTheSame(*entry->fact, corrected)) {
        return Refuse("NOTHING_CORRECTED", command.event_id(), "the entry says this already; change what is wrong");
    }
    if (Breach breach = ChangeNotAllowed(*entry->fact, corrected, context.actor)) return *std::move(breach);

    const History before = OwnHistory(history, *entry);
    History after = before;
    events::v1::Fact& put_right = *EntryIn(after, *entry).fact;
    put_right = corrected;
    *put_right.mutable_actor() = entry->fact->actor();
    if (Breach breach = RuleNewlyBroken(before, after)) return *std::move(breach);

    events::v1::Fact fact = context.StartFact();
    events::v1::FactCorrected& correction = *fact.mutable_correction()->mutable_corrected();
    correction.set_event_id(ToString(UuidFromBytes(entry->header.event_id()).value_or(Uuid{})));
    *correction.mutable_corrected() = std::move(corrected);
    correction.set_reason(command.reason());
    return Filed(std::move(fact), *entry);
}

Decision Decide(std::span<const EffectiveFact> history, const casework::v1::AnnulFactRequest& command,
                const CommandContext& context) {
    const EffectiveFact* entry = FindEntryIn(history, command.event_id());
    if (Breach breach = CannotBePutRight(entry, command.event_id())) return *std::move(breach);
    if (Breach breach = StandsOn(*entry, history)) return *std::move(breach);

    const History before = OwnHistory(history, *entry);
    History after = before;
    EntryIn(after, *entry).standing = Standing::kAnnulled;
    if (Breach breach = RuleNewlyBroken(before, after)) return *std::move(breach);

    events::v1::Fact fact = context.StartFact();
    events::v1::FactAnnulled& annulled = *fact.mutable_correction()->mutable_annulled();
    annulled.set_event_id(ToString(UuidFromBytes(entry->header.event_id()).value_or(Uuid{})));
    annulled.set_reason(command.reason());
    return Filed(std::move(fact), *entry);
}

}  // namespace throughline
