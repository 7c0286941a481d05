// What the shell asks of a command about a provision before its decider sees it.
#pragma once

#include "absl/status/statusor.h"
#include "services/casework/command_context.h"
#include "services/casework/field_checks.h"
#include "services/casework/provision/state.h"
#include "services/casework/shell/header_lookup.h"
#include "throughline/casework/v1/provision_service.pb.h"

namespace throughline {

void Check(const casework::v1::OpenProvisionRequest& request, FieldChecks& fields);
void Check(const casework::v1::AddStrandRequest& request, FieldChecks& fields);
void Check(const casework::v1::SetReferralCriteriaRequest& request, FieldChecks& fields);
void Check(const casework::v1::SetOperatingModelRequest& request, FieldChecks& fields);

/// NOT_FOUND where a strand is unknown.
[[nodiscard]] absl::StatusOr<Query> QueryFor(const casework::v1::OpenProvisionRequest& request, HeaderLookup& lookup,
                                             const CommandContext& context);
[[nodiscard]] absl::StatusOr<Query> QueryFor(const casework::v1::AddStrandRequest& request, HeaderLookup& lookup,
                                             const CommandContext& context);
[[nodiscard]] absl::StatusOr<Query> QueryFor(const casework::v1::SetReferralCriteriaRequest& request,
                                             HeaderLookup& lookup, const CommandContext& context);
[[nodiscard]] absl::StatusOr<Query> QueryFor(const casework::v1::SetOperatingModelRequest& request,
                                             HeaderLookup& lookup, const CommandContext& context);

/// Staff of the provision's school.
[[nodiscard]] absl::Status Admit(const ProvisionState& state, const casework::v1::OpenProvisionRequest& request,
                                 const CommandContext& context);
[[nodiscard]] absl::Status Admit(const ProvisionState& state, const casework::v1::AddStrandRequest& request,
                                 const CommandContext& context);
[[nodiscard]] absl::Status Admit(const ProvisionState& state, const casework::v1::SetReferralCriteriaRequest& request,
                                 const CommandContext& context);
[[nodiscard]] absl::Status Admit(const ProvisionState& state, const casework::v1::SetOperatingModelRequest& request,
                                 const CommandContext& context);

}  // namespace throughline
