// Who may write casework: staff, for their own school.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "services/casework/command_context.h"

namespace throughline {

/// Staff may act for their own school only.
///   PERMISSION_DENIED   not a member of its staff (reason OTHER_SCHOOL)
[[nodiscard]] absl::Status MayActFor(std::string_view school_id, const CommandContext& context);

/// As MayActFor, and operators may too: they set a school up.
[[nodiscard]] absl::Status MaySetUp(std::string_view school_id, const CommandContext& context);

/// PERMISSION_DENIED for all but operators (reason OPERATORS_ONLY).
[[nodiscard]] absl::Status OperatorsOnly(const CommandContext& context);

/// NOT_FOUND (reason UNKNOWN_ID). `what` is for example "pupil". Ids are random: saying that one is unknown tells
/// nothing.
[[nodiscard]] absl::Status Unknown(std::string_view what, std::string_view id);

}  // namespace throughline
