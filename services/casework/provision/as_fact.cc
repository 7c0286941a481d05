// Field by field, so that a new field of a request is missed by nobody who reads this.
#include "services/casework/provision/as_fact.h"

#include "services/casework/field_checks.h"

namespace throughline {

events::v1::ProvisionOpened AsFact(const casework::v1::OpenProvisionRequest& command) {
    events::v1::ProvisionOpened fact;
    fact.set_school_id(CanonicalId(command.school_id()));
    fact.set_local_name(command.local_name());
    fact.set_phase(command.phase());
    fact.set_purpose_and_vision(command.purpose_and_vision());
    return fact;
}

events::v1::StrandAdded AsFact(const casework::v1::AddStrandRequest& command) {
    events::v1::StrandAdded fact;
    fact.set_provision_id(CanonicalId(command.provision_id()));
    fact.set_name(command.name());
    *fact.mutable_purposes() = command.purposes();
    return fact;
}

events::v1::ReferralCriteriaSet AsFact(const casework::v1::SetReferralCriteriaRequest& command) {
    events::v1::ReferralCriteriaSet fact;
    fact.set_strand_id(CanonicalId(command.strand_id()));
    *fact.mutable_required_prior_support() = command.required_prior_support();
    fact.set_prior_support_items_min(command.prior_support_items_min());
    *fact.mutable_required_views() = command.required_views();
    return fact;
}

events::v1::OperatingModelSet AsFact(const casework::v1::SetOperatingModelRequest& command) {
    events::v1::OperatingModelSet fact;
    fact.set_strand_id(CanonicalId(command.strand_id()));
    fact.set_purpose(command.purpose());
    fact.set_referral_lead_time_days(command.referral_lead_time_days());
    return fact;
}

}  // namespace throughline
