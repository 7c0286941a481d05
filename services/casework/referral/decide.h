// Decides the commands of a referral.
#pragma once

#include "services/casework/command_context.h"
#include "services/casework/decision.h"
#include "services/casework/referral/state.h"
#include "throughline/casework/v1/referral_service.pb.h"

namespace throughline {

[[nodiscard]] Decision Decide(const ReferralState& state, const casework::v1::RaiseReferralRequest& command,
                              const CommandContext& context);
[[nodiscard]] Decision Decide(const ReferralState& state, const casework::v1::RecordPriorSupportRequest& command,
                              const CommandContext& context);
[[nodiscard]] Decision Decide(const ReferralState& state, const casework::v1::GiveProfessionalViewRequest& command,
                              const CommandContext& context);
[[nodiscard]] Decision Decide(const ReferralState& state, const casework::v1::AcceptReferralRequest& command,
                              const CommandContext& context);
[[nodiscard]] Decision Decide(const ReferralState& state, const casework::v1::DeclineReferralRequest& command,
                              const CommandContext& context);

}  // namespace throughline
