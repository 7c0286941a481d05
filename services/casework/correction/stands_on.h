// Whether records of others stand on an entry about a school: then it cannot be annulled.
#pragma once

#include <span>

#include "projections/history/effective.h"
#include "services/casework/decision.h"

namespace throughline {

/// ENTRY_IN_USE: pupils are registered in the school, or referrals were raised to the strand, or under the criteria.
/// Read from headers alone, where a record was erased: an erasure never makes room for an annulment.
[[nodiscard]] Breach StandsOn(const EffectiveFact& entry, std::span<const EffectiveFact> history);

}  // namespace throughline
