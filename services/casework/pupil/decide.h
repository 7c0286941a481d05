// Decides the commands about a pupil.
#pragma once

#include "services/casework/command_context.h"
#include "services/casework/decision.h"
#include "services/casework/pupil/state.h"
#include "throughline/casework/v1/pupil_service.pb.h"

namespace throughline {

/// `context.new_id` is the subject that stands for the UPN.
[[nodiscard]] Decision Decide(const PupilState& state, const casework::v1::RegisterPupilRequest& command,
                              const CommandContext& context);

}  // namespace throughline
