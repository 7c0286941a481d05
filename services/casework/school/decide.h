// Decides the commands about a school.
#pragma once

#include "services/casework/command_context.h"
#include "services/casework/decision.h"
#include "services/casework/school/state.h"
#include "throughline/casework/v1/school_service.pb.h"

namespace throughline {

/// `context.new_id` is the subject that stands for the URN.
[[nodiscard]] Decision Decide(const School& school, const casework::v1::RegisterSchoolRequest& command,
                              const CommandContext& context);
[[nodiscard]] Decision Decide(const School& school, const casework::v1::AddMemberOfStaffRequest& command,
                              const CommandContext& context);

}  // namespace throughline
