// The rules of a provision: asked when a fact is added, and again when an earlier one is put right.
#pragma once

#include "services/casework/decision.h"
#include "services/casework/provision/state.h"
#include "throughline/events/v1/fact.pb.h"

namespace throughline {

/// What keeps `fact`, a provision's, from following what `state` knows; nothing where the rules hold.
///   SCHOOL_NOT_REGISTERED   PROVISION_UNKNOWN   STRAND_NAME_TAKEN   STRAND_UNKNOWN   PURPOSE_NOT_OFFERED
///   DATED_BEFORE_OPENED
[[nodiscard]] Breach RuleAgainst(const events::v1::Fact& fact, const School& school, const Provisions& provisions);

/// Whether a strand offers a purpose.
///   STRAND_UNKNOWN   PURPOSE_NOT_OFFERED
[[nodiscard]] Breach PurposeNotOffered(const std::string& strand_id, events::v1::PlacementPurpose purpose,
                                       const Provisions& provisions);

}  // namespace throughline
