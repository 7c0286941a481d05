// What the shell asks of a referral's command before its decider sees it.
#pragma once

#include "absl/status/statusor.h"
#include "services/casework/command_context.h"
#include "services/casework/field_checks.h"
#include "services/casework/referral/state.h"
#include "services/casework/shell/header_lookup.h"
#include "throughline/casework/v1/referral_service.pb.h"

namespace throughline {

void Check(const casework::v1::RaiseReferralRequest& request, FieldChecks& fields);
[[nodiscard]] absl::StatusOr<Query> QueryFor(const casework::v1::RaiseReferralRequest& request, HeaderLookup& lookup,
                                             const CommandContext& context);
/// Staff of the pupil's school.
[[nodiscard]] absl::Status Admit(const ReferralState& state, const casework::v1::RaiseReferralRequest& request,
                                 const CommandContext& context);

void Check(const casework::v1::RecordPriorSupportRequest& request, FieldChecks& fields);
void Check(const casework::v1::GiveProfessionalViewRequest& request, FieldChecks& fields);
void Check(const casework::v1::AcceptReferralRequest& request, FieldChecks& fields);
void Check(const casework::v1::DeclineReferralRequest& request, FieldChecks& fields);

/// NOT_FOUND where the referral is unknown.
[[nodiscard]] absl::StatusOr<Query> QueryOfReferral(const std::string& referral_id, HeaderLookup& lookup);
/// Staff of the pupil's school.
[[nodiscard]] absl::Status AdmitToReferral(const ReferralState& state, const std::string& referral_id,
                                           const CommandContext& context);

/// The commands that name a referral.
template <class Request>
requires requires(const Request& request) {
    request.referral_id();
}
[[nodiscard]] absl::StatusOr<Query> QueryFor(const Request& request, HeaderLookup& lookup,
                                             const CommandContext& /*context*/) {
    return QueryOfReferral(CanonicalId(request.referral_id()), lookup);
}

template <class Request>
requires requires(const Request& request) {
    request.referral_id();
}
[[nodiscard]] absl::Status Admit(const ReferralState& state, const Request& request, const CommandContext& context) {
    return AdmitToReferral(state, CanonicalId(request.referral_id()), context);
}

}  // namespace throughline
