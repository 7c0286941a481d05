// The rules of a pupil's own record: asked when a fact is added, and again when an earlier one is put right.
#pragma once

#include "services/casework/decision.h"
#include "services/casework/pupil/state.h"
#include "throughline/events/v1/fact.pb.h"

namespace throughline {

/// What keeps `fact`, a pupil's, from following what is known; nothing where the rules hold.
///   SCHOOL_NOT_REGISTERED   UPN_ALREADY_REGISTERED   REGISTERED_BEFORE_BIRTH   AGE_NOT_PLAUSIBLE
[[nodiscard]] Breach RuleAgainst(const events::v1::Fact& fact, const School& school, const Pupil& pupil);

}  // namespace throughline
