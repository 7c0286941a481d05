// What the shell asks of a command about a school before its decider sees it.
#pragma once

#include "absl/status/statusor.h"
#include "services/casework/command_context.h"
#include "services/casework/field_checks.h"
#include "services/casework/school/state.h"
#include "services/casework/shell/header_lookup.h"
#include "throughline/casework/v1/school_service.pb.h"

namespace throughline {

void Check(const casework::v1::RegisterSchoolRequest& request, FieldChecks& fields);
void Check(const casework::v1::AddMemberOfStaffRequest& request, FieldChecks& fields);

[[nodiscard]] absl::StatusOr<Query> QueryFor(const casework::v1::AddMemberOfStaffRequest& request, HeaderLookup& lookup,
                                             const CommandContext& context);

/// Staff of the school, and operators.
[[nodiscard]] absl::Status Admit(const School& school, const casework::v1::AddMemberOfStaffRequest& request,
                                 const CommandContext& context);

}  // namespace throughline
