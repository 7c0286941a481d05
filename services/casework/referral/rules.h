// The rules of a referral: asked when a fact is added, and again when an earlier one is put right.
#pragma once

#include "services/casework/decision.h"
#include "services/casework/referral/state.h"
#include "throughline/events/v1/fact.pb.h"

namespace throughline {

/// What keeps `fact`, a referral's, from following what `state` knows; nothing where the rules hold.
///   PUPIL_NOT_REGISTERED   STRAND_UNKNOWN   STRAND_OF_OTHER_SCHOOL   CRITERIA_NOT_SET   OPEN_REFERRAL_EXISTS
///   REFERRAL_UNKNOWN   REFERRAL_NOT_OPEN   ROLE_NOT_HELD   DECIDED_BEFORE_RAISED   PURPOSE_NOT_OFFERED
///   DATED_BEFORE_BIRTH   STARTS_BEFORE_RAISED
///   OVERRIDE_NEEDS_SENIOR_LEADER   OVERRIDE_OF_NO_GAP   REFERRAL_HAS_GAPS (lists every gap)
[[nodiscard]] Breach RuleAgainst(const events::v1::Fact& fact, const ReferralState& state);

/// What keeps `by` from putting one value of a referral's fact in the place of another.
///   OVERRIDE_NEEDS_SENIOR_LEADER
[[nodiscard]] Breach RuleAgainstChange(const events::v1::ReferralFact& from, const events::v1::ReferralFact& to,
                                       const events::v1::Actor& by);

}  // namespace throughline
