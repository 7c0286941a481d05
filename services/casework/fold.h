// Folds history into the state that a decision reads.
#pragma once

#include <span>

#include "projections/history/effective.h"

namespace throughline {

/// Whether a fact counts: not annulled, not erased.
[[nodiscard]] inline bool Counts(const EffectiveFact& entry) {
    return entry.fact.has_value() && entry.standing != Standing::kAnnulled;
}

/// Every fact that counts, in the log's order, through the state's own Evolve.
template <class State>
[[nodiscard]] State Fold(std::span<const EffectiveFact> history) {
    State state;
    for (const EffectiveFact& entry : history) {
        if (Counts(entry)) Evolve(state, *entry.fact);
    }
    return state;
}

}  // namespace throughline
