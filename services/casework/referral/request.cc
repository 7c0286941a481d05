// Fields, query and permission of each command.
#include "services/casework/referral/request.h"

#include "services/casework/access.h"
#include "services/casework/referral/as_fact.h"
#include "services/casework/referral/query.h"
#include "services/casework/referral/validate.h"

namespace throughline {
namespace {

template <class Request>
void CheckReferral(const Request& request, FieldChecks& fields) {
    fields.Id("referral_id", request.referral_id());
    Validate(AsFact(request), fields);
}

/// NOT_FOUND where the strand is unknown.
absl::StatusOr<ReferralPlace> PlaceOf(std::string pupil_id, std::string strand_id, HeaderLookup& lookup) {
    absl::StatusOr<std::optional<std::string>> provision =
        lookup.TagOf(TypeName<events::v1::StrandAdded>(), MakeTag("strand", strand_id), "provision");
    if (!provision.ok()) return provision.status();
    if (!provision->has_value()) return Unknown("strand", strand_id);
    return ReferralPlace{std::move(pupil_id), std::move(strand_id), **std::move(provision)};
}

}  // namespace

void Check(const casework::v1::RaiseReferralRequest& request, FieldChecks& fields) {
    fields.Id("pupil_id", request.pupil_id());
    fields.Id("strand_id", request.strand_id());
    Validate(AsFact(request), fields);
}

absl::StatusOr<Query> QueryFor(const casework::v1::RaiseReferralRequest& request, HeaderLookup& lookup,
                               const CommandContext& /*context*/) {
    const absl::StatusOr<ReferralPlace> place =
        PlaceOf(CanonicalId(request.pupil_id()), CanonicalId(request.strand_id()), lookup);
    if (!place.ok()) return place.status();
    return RaisingQuery(*place);
}

absl::Status Admit(const ReferralState& state, const casework::v1::RaiseReferralRequest& request,
                   const CommandContext& context) {
    if (!state.pupil.registered()) return Unknown("pupil", CanonicalId(request.pupil_id()));
    return MayActFor(state.pupil.school_id, context);
}

void Check(const casework::v1::RecordPriorSupportRequest& request, FieldChecks& fields) {
    CheckReferral(request, fields);
}

void Check(const casework::v1::GiveProfessionalViewRequest& request, FieldChecks& fields) {
    CheckReferral(request, fields);
}

void Check(const casework::v1::AcceptReferralRequest& request, FieldChecks& fields) {
    CheckReferral(request, fields);
}

void Check(const casework::v1::DeclineReferralRequest& request, FieldChecks& fields) {
    CheckReferral(request, fields);
}

absl::StatusOr<Query> QueryOfReferral(const std::string& referral_id, HeaderLookup& lookup) {
    const absl::StatusOr<std::optional<eventstore::v1::RecordHeader>> raised =
        lookup.First(TypeName<events::v1::ReferralRaised>(), MakeTag("referral", referral_id));
    if (!raised.ok()) return raised.status();
    if (!raised->has_value()) return Unknown("referral", referral_id);
    const std::vector<std::string> tags((*raised)->tags().begin(), (*raised)->tags().end());
    const absl::StatusOr<ReferralPlace> place = PlaceOf(std::string(FindTag(tags, "pupil").value_or("")),
                                                        std::string(FindTag(tags, "strand").value_or("")), lookup);
    if (!place.ok()) return place.status();
    return ReferralQuery(*place, referral_id);
}

absl::Status AdmitToReferral(const ReferralState& state, const std::string& referral_id,
                             const CommandContext& context) {
    if (!state.pupil.registered() || state.Find(referral_id) == nullptr) return Unknown("referral", referral_id);
    return MayActFor(state.pupil.school_id, context);
}

}  // namespace throughline
