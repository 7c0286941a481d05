// What each fact about a provision changes.
#pragma once

#include "services/casework/provision/state.h"
#include "throughline/events/v1/fact.pb.h"

namespace throughline {

/// Never refuses. `on` is the day on which the fact was so.
void Evolve(Provisions& provisions, const events::v1::ProvisionFact& fact, Day on);

/// Facts of aggregates that do not matter here change nothing.
void Evolve(ProvisionState& state, const events::v1::Fact& fact);

}  // namespace throughline
