// What each fact about a pupil changes.
#pragma once

#include "services/casework/pupil/state.h"
#include "throughline/events/v1/fact.pb.h"

namespace throughline {

/// Never refuses.
void Evolve(Pupil& pupil, const events::v1::PupilFact& fact);

/// Facts of aggregates that do not matter here change nothing.
void Evolve(PupilState& state, const events::v1::Fact& fact);

}  // namespace throughline
