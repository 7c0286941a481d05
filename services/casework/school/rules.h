// The rules of a school: asked when a fact is added, and again when an earlier one is put right.
#pragma once

#include "services/casework/decision.h"
#include "services/casework/school/state.h"
#include "throughline/events/v1/school.pb.h"

namespace throughline {

/// What keeps `fact` from following what `school` knows; nothing where the rules hold.
///   URN_ALREADY_REGISTERED   SCHOOL_NOT_REGISTERED   STAFF_ALREADY_JOINED
[[nodiscard]] Breach RuleAgainst(const events::v1::SchoolFact& fact, const School& school);

/// What keeps one value of a fact from being put in the place of another.
///   URN_IS_FIXED   the school is found by it: annul the registration and register the school again
[[nodiscard]] Breach RuleAgainstChange(const events::v1::SchoolFact& from, const events::v1::SchoolFact& to);

}  // namespace throughline
