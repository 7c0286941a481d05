// Fields, query and permission of each command.
#include "services/casework/provision/request.h"

#include "services/casework/access.h"
#include "services/casework/provision/as_fact.h"
#include "services/casework/provision/query.h"
#include "services/casework/provision/validate.h"

namespace throughline {
namespace {

absl::StatusOr<Query> QueryOfStrand(const std::string& strand_id, HeaderLookup& lookup) {
    const absl::StatusOr<std::optional<std::string>> provision =
        lookup.TagOf(TypeName<events::v1::StrandAdded>(), MakeTag("strand", strand_id), "provision");
    if (!provision.ok()) return provision.status();
    if (!provision->has_value()) return Unknown("strand", strand_id);
    return ProvisionQuery(**provision);
}

absl::Status AdmitToStrand(const ProvisionState& state, const std::string& strand_id, const CommandContext& context) {
    const std::string school_id = state.provisions.SchoolOfStrand(strand_id);
    if (school_id.empty()) return Unknown("strand", strand_id);
    return MayActFor(school_id, context);
}

}  // namespace

void Check(const casework::v1::OpenProvisionRequest& request, FieldChecks& fields) {
    fields.Id("school_id", request.school_id());
    Validate(AsFact(request), fields);
}

void Check(const casework::v1::AddStrandRequest& request, FieldChecks& fields) {
    fields.Id("provision_id", request.provision_id());
    Validate(AsFact(request), fields);
}

void Check(const casework::v1::SetReferralCriteriaRequest& request, FieldChecks& fields) {
    fields.Id("strand_id", request.strand_id());
    Validate(AsFact(request), fields);
}

void Check(const casework::v1::SetOperatingModelRequest& request, FieldChecks& fields) {
    fields.Id("strand_id", request.strand_id());
    Validate(AsFact(request), fields);
}

absl::StatusOr<Query> QueryFor(const casework::v1::OpenProvisionRequest& request, HeaderLookup& /*lookup*/,
                               const CommandContext& /*context*/) {
    return OpeningQuery(CanonicalId(request.school_id()));
}

absl::StatusOr<Query> QueryFor(const casework::v1::AddStrandRequest& request, HeaderLookup& /*lookup*/,
                               const CommandContext& /*context*/) {
    return ProvisionQuery(CanonicalId(request.provision_id()));
}

absl::StatusOr<Query> QueryFor(const casework::v1::SetReferralCriteriaRequest& request, HeaderLookup& lookup,
                               const CommandContext& /*context*/) {
    return QueryOfStrand(CanonicalId(request.strand_id()), lookup);
}

absl::StatusOr<Query> QueryFor(const casework::v1::SetOperatingModelRequest& request, HeaderLookup& lookup,
                               const CommandContext& /*context*/) {
    return QueryOfStrand(CanonicalId(request.strand_id()), lookup);
}

absl::Status Admit(const ProvisionState& state, const casework::v1::OpenProvisionRequest& request,
                   const CommandContext& context) {
    if (!state.school.registered()) return Unknown("school", CanonicalId(request.school_id()));
    return MayActFor(state.school.school_id, context);
}

absl::Status Admit(const ProvisionState& state, const casework::v1::AddStrandRequest& request,
                   const CommandContext& context) {
    const std::string provision_id = CanonicalId(request.provision_id());
    const Provision* provision = state.provisions.FindProvision(provision_id);
    if (provision == nullptr) return Unknown("provision", provision_id);
    return MayActFor(provision->school_id, context);
}

absl::Status Admit(const ProvisionState& state, const casework::v1::SetReferralCriteriaRequest& request,
                   const CommandContext& context) {
    return AdmitToStrand(state, CanonicalId(request.strand_id()), context);
}

absl::Status Admit(const ProvisionState& state, const casework::v1::SetOperatingModelRequest& request,
                   const CommandContext& context) {
    return AdmitToStrand(state, CanonicalId(request.strand_id()), context);
}

}  // namespace throughline
