// Field by field, so that a new field of a request is missed by nobody who reads this.
#include "services/casework/referral/as_fact.h"

#include "services/casework/field_checks.h"

namespace throughline {

events::v1::ReferralRaised AsFact(const casework::v1::RaiseReferralRequest& command) {
    events::v1::ReferralRaised fact;
    fact.set_pupil_id(CanonicalId(command.pupil_id()));
    fact.set_strand_id(CanonicalId(command.strand_id()));
    *fact.mutable_reasons() = command.reasons();
    fact.set_concern(command.concern());
    fact.set_hoped_for_outcomes(command.hoped_for_outcomes());
    return fact;
}

events::v1::PriorSupportRecorded AsFact(const casework::v1::RecordPriorSupportRequest& command) {
    events::v1::PriorSupportRecorded fact;
    fact.set_referral_id(CanonicalId(command.referral_id()));
    fact.set_kind(command.kind());
    fact.set_description(command.description());
    if (command.has_started_on()) *fact.mutable_started_on() = command.started_on();
    if (command.has_ended_on()) *fact.mutable_ended_on() = command.ended_on();
    fact.set_evaluation(command.evaluation());
    fact.set_impact(command.impact());
    return fact;
}

events::v1::ProfessionalViewGiven AsFact(const casework::v1::GiveProfessionalViewRequest& command) {
    events::v1::ProfessionalViewGiven fact;
    fact.set_referral_id(CanonicalId(command.referral_id()));
    fact.set_role(command.role());
    fact.set_recommendation(command.recommendation());
    fact.set_reasons(command.reasons());
    return fact;
}

events::v1::ReferralAccepted AsFact(const casework::v1::AcceptReferralRequest& command) {
    events::v1::ReferralAccepted fact;
    fact.set_referral_id(CanonicalId(command.referral_id()));
    if (command.has_start_on()) *fact.mutable_start_on() = command.start_on();
    fact.set_purpose(command.purpose());
    if (command.has_planned_end_on()) *fact.mutable_planned_end_on() = command.planned_end_on();
    fact.set_reasons(command.reasons());
    fact.set_conditions(command.conditions());
    *fact.mutable_overrides() = command.overrides();
    return fact;
}

events::v1::ReferralDeclined AsFact(const casework::v1::DeclineReferralRequest& command) {
    events::v1::ReferralDeclined fact;
    fact.set_referral_id(CanonicalId(command.referral_id()));
    fact.set_reasons(command.reasons());
    fact.set_other_support_agreed(command.other_support_agreed());
    return fact;
}

}  // namespace throughline
