// The same rule functions that decide commands, run over the whole history.
#include "services/casework/correction/keeps_rules.h"

#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "projections/history/civil_date.h"
#include "services/casework/fold.h"
#include "services/casework/provision/rules.h"
#include "services/casework/pupil/rules.h"
#include "services/casework/referral/evolve.h"
#include "services/casework/referral/rules.h"
#include "services/casework/school/rules.h"

namespace throughline {
namespace {

/// One violation by one entry.
struct BrokenRule {
    const EffectiveFact* entry;
    RuleViolation violation;

    [[nodiscard]] std::string Key() const {
        return fmt::format("{} {} {}", entry->header.event_id(), violation.type, violation.subject);
    }
};

Breach RuleOf(const events::v1::Fact& fact, const ReferralState& state) {
    switch (fact.aggregate_case()) {
        case events::v1::Fact::kSchool:
            return RuleAgainst(fact.school(), state.school);
        case events::v1::Fact::kProvision:
            return RuleAgainst(fact, state.school, state.provisions);
        case events::v1::Fact::kPupil:
            return RuleAgainst(fact, state.school, state.pupil);
        case events::v1::Fact::kReferral:
            return RuleAgainst(fact, state);
        case events::v1::Fact::kCorrection:
        case events::v1::Fact::AGGREGATE_NOT_SET:
            return std::nullopt;
    }
    return std::nullopt;
}

std::vector<BrokenRule> BrokenRules(std::span<const EffectiveFact> history) {
    std::vector<BrokenRule> broken;
    ReferralState state;
    for (const EffectiveFact& entry : history) {
        if (!Counts(entry)) continue;
        if (const Breach breach = RuleOf(*entry.fact, state)) {
            for (const RuleViolation& violation : breach->violations) broken.push_back({&entry, violation});
        }
        Evolve(state, *entry.fact);
    }
    return broken;
}

/// "ReferralAccepted" of "throughline.events.v1.ReferralAccepted".
std::string ShortName(const std::string& type) {
    return type.substr(type.rfind('.') + 1);
}

}  // namespace

Breach RuleNewlyBroken(std::span<const EffectiveFact> before, std::span<const EffectiveFact> after) {
    std::set<std::string> known;
    for (const BrokenRule& broken : BrokenRules(before)) known.insert(broken.Key());
    Refusal refusal{"CORRECTION_BREAKS_RULE", "", {}};
    for (const BrokenRule& broken : BrokenRules(after)) {
        if (known.contains(broken.Key())) continue;
        const std::string entry = fmt::format("{} of {}", ShortName(broken.entry->header.type()),
                                              ToText(Day{OccurredDay(broken.entry->fact->occurred())}));
        const std::string event_id = ToString(UuidFromBytes(broken.entry->header.event_id()).value_or(Uuid{}));
        refusal.violations.push_back({broken.violation.type, event_id,
                                      fmt::format("{} ({}) would not hold any more: {}; put that entry right first",
                                                  entry, broken.violation.subject, broken.violation.description)});
        if (refusal.text.empty()) {
            refusal.text = fmt::format("this would break {} for {}, event {}; put that entry right first",
                                       broken.violation.type, entry, event_id);
        }
    }
    if (refusal.violations.empty()) return std::nullopt;
    return refusal;
}

}  // namespace throughline
