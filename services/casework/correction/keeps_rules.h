// Whether a history still keeps every rule once an entry in it is put right.
#pragma once

#include <span>

#include "projections/history/effective.h"
#include "services/casework/decision.h"

namespace throughline {

/// Asks each entry's rule again at its place, before and after. Nothing where every rule that held still holds; else a
/// refusal (CORRECTION_BREAKS_RULE) that names each rule and the entry that would break it. A rule that was broken
/// before (other people's facts were put right since) is not held against the correction.
[[nodiscard]] Breach RuleNewlyBroken(std::span<const EffectiveFact> before, std::span<const EffectiveFact> after);

}  // namespace throughline
