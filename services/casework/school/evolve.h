// What each fact about a school changes.
#pragma once

#include "services/casework/school/state.h"
#include "throughline/events/v1/fact.pb.h"

namespace throughline {

/// Never refuses.
void Evolve(School& school, const events::v1::SchoolFact& fact);

/// Facts of other aggregates change nothing.
void Evolve(School& school, const events::v1::Fact& fact);

}  // namespace throughline
