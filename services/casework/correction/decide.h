// Decides corrections and annulments: the refolded history must still keep every rule.
#pragma once

#include <span>

#include "projections/history/effective.h"
#include "services/casework/command_context.h"
#include "services/casework/decision.h"
#include "throughline/casework/v1/correction_service.pb.h"

namespace throughline {

/// `history` is all that the subject's rules are asked of, the entry included.
///   ENTRY_UNKNOWN   ENTRY_ERASED   ENTRY_ANNULLED   ENTRY_OF_OTHER_TYPE   ENTRY_IDS_FIXED   NOTHING_CORRECTED
///   CORRECTION_BREAKS_RULE, and what each aggregate says against a change
[[nodiscard]] Decision Decide(std::span<const EffectiveFact> history, const casework::v1::CorrectFactRequest& command,
                              const CommandContext& context);

/// As above, and ENTRY_IN_USE where records of others stand on the entry.
[[nodiscard]] Decision Decide(std::span<const EffectiveFact> history, const casework::v1::AnnulFactRequest& command,
                              const CommandContext& context);

/// The entry with this event id; null where it is not in `history`.
[[nodiscard]] const EffectiveFact* FindEntryIn(std::span<const EffectiveFact> history, const std::string& event_id);

}  // namespace throughline
