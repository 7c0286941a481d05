// Limits as events/v1/provision.proto states them.
#include "services/casework/provision/validate.h"

namespace throughline {

void Validate(const events::v1::ProvisionOpened& fact, FieldChecks& fields) {
    fields.Line("local_name", fact.local_name(), kName);
    fields.Choice("phase", fact.phase());
    fields.Prose("purpose_and_vision", fact.purpose_and_vision(), kAccount);
}

void Validate(const events::v1::StrandAdded& fact, FieldChecks& fields) {
    fields.Line("name", fact.name(), kName);
    fields.Choices<events::v1::PlacementPurpose>("purposes", fact.purposes(), 1);
}

void Validate(const events::v1::ReferralCriteriaSet& fact, FieldChecks& fields) {
    fields.Choices<events::v1::PriorSupportKind>("required_prior_support", fact.required_prior_support(), 0);
    fields.Number("prior_support_items_min", fact.prior_support_items_min(), 0, 20);
    fields.Choices<events::v1::StaffRole>("required_views", fact.required_views(), 0);
}

void Validate(const events::v1::OperatingModelSet& fact, FieldChecks& fields) {
    fields.Choice("purpose", fact.purpose());
    fields.Number("referral_lead_time_days", fact.referral_lead_time_days(), 0, 366);
}

void Validate(const events::v1::ProvisionFact& fact, FieldChecks& fields) {
    switch (fact.fact_case()) {
        case events::v1::ProvisionFact::kOpened: {
            FieldChecks nested = fields.In("opened");
            return Validate(fact.opened(), nested);
        }
        case events::v1::ProvisionFact::kStrandAdded: {
            FieldChecks nested = fields.In("strand_added");
            return Validate(fact.strand_added(), nested);
        }
        case events::v1::ProvisionFact::kReferralCriteriaSet: {
            FieldChecks nested = fields.In("referral_criteria_set");
            return Validate(fact.referral_criteria_set(), nested);
        }
        case events::v1::ProvisionFact::kOperatingModelSet: {
            FieldChecks nested = fields.In("operating_model_set");
            return Validate(fact.operating_model_set(), nested);
        }
        case events::v1::ProvisionFact::FACT_NOT_SET:
            return fields.Require(false, "fact", "say what happened");
    }
}

}  // namespace throughline
