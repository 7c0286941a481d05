// Decides the commands about a provision.
#pragma once

#include "absl/status/status.h"
#include "services/casework/command_context.h"
#include "services/casework/decision.h"
#include "services/casework/provision/state.h"
#include "throughline/casework/v1/provision_service.pb.h"

namespace throughline {

[[nodiscard]] Decision Decide(const ProvisionState& state, const casework::v1::OpenProvisionRequest& command,
                              const CommandContext& context);
[[nodiscard]] Decision Decide(const ProvisionState& state, const casework::v1::AddStrandRequest& command,
                              const CommandContext& context);
[[nodiscard]] Decision Decide(const ProvisionState& state, const casework::v1::SetReferralCriteriaRequest& command,
                              const CommandContext& context);
[[nodiscard]] Decision Decide(const ProvisionState& state, const casework::v1::SetOperatingModelRequest& command,
                              const CommandContext& context);

}  // namespace throughline
