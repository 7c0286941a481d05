// What each fact of a referral changes.
#pragma once

#include "services/casework/referral/state.h"
#include "throughline/events/v1/fact.pb.h"

namespace throughline {

/// Never refuses: what names a referral that is not known (it was annulled) changes nothing.
void Evolve(ReferralState& state, const events::v1::Fact& fact);

}  // namespace throughline
