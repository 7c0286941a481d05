// Gaps are collected, not thrown one by one; the other rules say what to do instead.
#include "services/casework/referral/rules.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "projections/history/effective.h"
#include "services/casework/provision/rules.h"
#include "services/casework/referral/gaps.h"
#include "services/casework/staff_roles.h"

namespace throughline {
namespace {

void operator+=(OpenGaps& gaps, OpenGaps more) {
    gaps.insert(gaps.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

Breach CannotBeRaised(const events::v1::ReferralRaised& raised, const ReferralState& state) {
    if (!state.pupil.registered()) {
        return Refuse("PUPIL_NOT_REGISTERED", raised.pupil_id(), "register the pupil first");
    }
    const Strand* strand = state.provisions.FindStrand(raised.strand_id());
    if (strand == nullptr || strand->provision_id.empty()) {
        return Refuse("STRAND_UNKNOWN", raised.strand_id(), "add the strand first, or check its id");
    }
    if (state.provisions.SchoolOfStrand(raised.strand_id()) != state.pupil.school_id) {
        return Refuse("STRAND_OF_OTHER_SCHOOL", raised.strand_id(), "choose a strand of the pupil's own school");
    }
    if (strand->Criteria(raised.criteria_id()) == nullptr) {
        return Refuse("CRITERIA_NOT_SET", raised.strand_id(), "set the referral criteria of the strand first");
    }
    for (const auto& [id, referral] : state.referrals) {
        if (referral.open() && referral.strand_id == raised.strand_id()) {
            return Refuse("OPEN_REFERRAL_EXISTS", id,
                          fmt::format("the pupil has an open referral to this strand, {}; go on with that one", id));
        }
    }
    return std::nullopt;
}

Breach NotOpen(const std::string& referral_id, const ReferralState& state) {
    const Referral* referral = state.Find(referral_id);
    if (referral == nullptr)
        return Refuse("REFERRAL_UNKNOWN", referral_id, "raise the referral first, or check its id");
    if (referral->open()) return std::nullopt;
    return Refuse("REFERRAL_NOT_OPEN", referral_id,
                  fmt::format("the referral was {} already; raise a new one if there is need",
                              referral->stage == ReferralStage::kAccepted ? "accepted" : "declined"));
}

/// The texts give no date of birth: they may be seen where the record is not.
Breach BeforeBirth(const std::string& subject, Day day, const ReferralState& state) {
    if (!state.pupil.born || day >= *state.pupil.born) return std::nullopt;
    return Refuse("DATED_BEFORE_BIRTH", subject,
                  "a day is before the pupil's date of birth; give the right day, or correct the date of birth");
}

Breach CannotBeDecided(const std::string& referral_id, const events::v1::Fact& fact, const ReferralState& state) {
    if (Breach breach = NotOpen(referral_id, state)) return breach;
    const Day raised_on = state.Find(referral_id)->raised_on;
    if (Day{OccurredDay(fact.occurred())} >= raised_on) return std::nullopt;
    return Refuse("DECIDED_BEFORE_RAISED", referral_id,
                  fmt::format("the referral was raised on {}; give that day or a later one", ToText(raised_on)));
}

Breach SupportCannotBeRecorded(const events::v1::PriorSupportRecorded& recorded, const ReferralState& state) {
    if (Breach breach = NotOpen(recorded.referral_id(), state)) return breach;
    return BeforeBirth("started_on", ToDay(recorded.started_on()), state);
}

Breach ViewCannotBeGiven(const events::v1::ProfessionalViewGiven& given, const events::v1::Actor& actor,
                         const ReferralState& state) {
    if (Breach breach = NotOpen(given.referral_id(), state)) return breach;
    if (ActsAs(actor, given.role())) return std::nullopt;
    return Refuse("ROLE_NOT_HELD", events::v1::StaffRole_Name(given.role()),
                  "a view is given in a role that the person holds; choose one of theirs");
}

/// Overrides are for senior leaders, and for gaps that are really open.
Breach WrongOverride(const events::v1::ReferralAccepted& accepted, const OpenGaps& gaps,
                     const events::v1::Actor& actor) {
    if (accepted.overrides().empty()) return std::nullopt;
    if (!LeadsSchool(actor)) {
        return Refuse("OVERRIDE_NEEDS_SENIOR_LEADER", accepted.referral_id(),
                      "only a senior leader or the head may override a gap; ask one of them to accept the referral");
    }
    Refusal refusal{"OVERRIDE_OF_NO_GAP", "an override names a gap that is not open; leave it out", {}};
    for (const events::v1::Override& waived : accepted.overrides()) {
        const bool open =
            std::any_of(gaps.begin(), gaps.end(), [&](const OpenGap& gap) { return SameGap(gap.gap, waived.gap()); });
        if (open) continue;
        refusal.violations.push_back(
            {"OVERRIDE_OF_NO_GAP", GapName(waived.gap().kind()),
             fmt::format("leave this override out: {} is not open", GapName(waived.gap().kind()))});
    }
    if (refusal.violations.empty()) return std::nullopt;
    return refusal;
}

Breach HasGaps(const OpenGaps& open) {
    if (open.empty()) return std::nullopt;
    Refusal refusal{"REFERRAL_HAS_GAPS",
                    fmt::format("{} of what the criteria require is missing; close each gap, or have a senior leader "
                                "override it with a reason",
                                open.size()),
                    {}};
    for (const OpenGap& gap : open) refusal.violations.push_back(gap.violation);
    return refusal;
}

Breach CannotBeAccepted(const events::v1::Fact& fact, const ReferralState& state) {
    const events::v1::ReferralAccepted& accepted = fact.referral().accepted();
    if (Breach breach = CannotBeDecided(accepted.referral_id(), fact, state)) return breach;
    const Referral& referral = *state.Find(accepted.referral_id());
    if (ToDay(accepted.start_on()) < referral.raised_on) {
        return Refuse("STARTS_BEFORE_RAISED", accepted.referral_id(),
                      fmt::format("the referral was raised on {}; start on that day or a later one, which no override "
                                  "changes",
                                  ToText(referral.raised_on)));
    }
    if (Breach breach = PurposeNotOffered(referral.strand_id, accepted.purpose(), state.provisions)) return breach;
    const Strand& strand = *state.provisions.FindStrand(referral.strand_id);
    const events::v1::ReferralCriteriaSet* criteria = strand.Criteria(referral.criteria_id);
    if (criteria == nullptr) {
        return Refuse("CRITERIA_NOT_SET", referral.criteria_id,
                      "the criteria that the referral was raised under are gone");
    }
    OpenGaps gaps;
    gaps += MissingPriorSupport(referral, *criteria);
    gaps += MissingViews(referral, *criteria);
    gaps += InsideLeadTime(referral, strand.LeadTimeDays(accepted.purpose()), ToDay(accepted.start_on()));
    if (Breach breach = WrongOverride(accepted, gaps, fact.actor())) return breach;
    return HasGaps(Without(gaps, accepted.overrides()));
}

Breach RuleOfItsKind(const events::v1::Fact& fact, const ReferralState& state) {
    const events::v1::ReferralFact& referral = fact.referral();
    switch (referral.fact_case()) {
        case events::v1::ReferralFact::kRaised:
            return CannotBeRaised(referral.raised(), state);
        case events::v1::ReferralFact::kPriorSupportRecorded:
            return SupportCannotBeRecorded(referral.prior_support_recorded(), state);
        case events::v1::ReferralFact::kProfessionalViewGiven:
            return ViewCannotBeGiven(referral.professional_view_given(), fact.actor(), state);
        case events::v1::ReferralFact::kAccepted:
            return CannotBeAccepted(fact, state);
        case events::v1::ReferralFact::kDeclined:
            return CannotBeDecided(referral.declined().referral_id(), fact, state);
        case events::v1::ReferralFact::FACT_NOT_SET:
            return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

Breach RuleAgainst(const events::v1::Fact& fact, const ReferralState& state) {
    if (Breach breach = RuleOfItsKind(fact, state)) return breach;
    return BeforeBirth("occurred", Day{OccurredDay(fact.occurred())}, state);
}

Breach RuleAgainstChange(const events::v1::ReferralFact& from, const events::v1::ReferralFact& to,
                         const events::v1::Actor& by) {
    if (!from.has_accepted() || LeadsSchool(by)) return std::nullopt;
    const auto& before = from.accepted().overrides();
    const auto& after = to.accepted().overrides();
    const bool same =
        std::equal(before.begin(), before.end(), after.begin(), after.end(),
                   [](const auto& a, const auto& b) { return SameGap(a.gap(), b.gap()) && a.reason() == b.reason(); });
    if (same) return std::nullopt;
    return Refuse("OVERRIDE_NEEDS_SENIOR_LEADER", to.accepted().referral_id(),
                  "only a senior leader or the head may change an override; ask one of them to correct the entry");
}

}  // namespace throughline
