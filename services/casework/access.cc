// Permission is a matter of the caller and of the facts' own school, never of a rule.
#include "services/casework/access.h"

#include <fmt/format.h>

#include "eventstore/base/status_details.h"

namespace throughline {

absl::Status MayActFor(std::string_view school_id, const CommandContext& context) {
    if (!context.by_operator && !school_id.empty() && context.school_id == school_id) return absl::OkStatus();
    return WithReason(
        absl::PermissionDeniedError("this belongs to a school that the credentials are not for; sign in as a member of "
                                    "its staff, or check the id"),
        "OTHER_SCHOOL");
}

absl::Status MaySetUp(std::string_view school_id, const CommandContext& context) {
    return context.by_operator ? absl::OkStatus() : MayActFor(school_id, context);
}

absl::Status OperatorsOnly(const CommandContext& context) {
    if (context.by_operator) return absl::OkStatus();
    return WithReason(absl::PermissionDeniedError("only an operator of the service may do this; ask one"),
                      "OPERATORS_ONLY");
}

absl::Status Unknown(std::string_view what, std::string_view id) {
    return WithReason(absl::NotFoundError(fmt::format(
                          "there is no {0} {1}, or it was annulled or erased; check the id of the {0}", what, id)),
                      "UNKNOWN_ID");
}

}  // namespace throughline
