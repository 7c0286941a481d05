// Every field is set to something that is valid, so that each test changes only what it is about.
#include "tests/services/casework/story.h"

namespace throughline::story {
namespace {

ev::Fact Blank(const ev::Actor& actor) {
    ev::Fact fact;
    *fact.mutable_occurred() = OccurredOn(kStart);
    *fact.mutable_actor() = actor;
    return fact;
}

}  // namespace

Day On(int year, int month, int day) {
    ev::Date date;
    date.set_year(year);
    date.set_month(month);
    date.set_day(day);
    return ToDay(date);
}

ev::Actor Person(const std::string& id, std::vector<ev::StaffRole> roles) {
    ev::Actor actor;
    actor.set_person_id(id);
    actor.set_name("Person " + id);
    for (const ev::StaffRole role : roles) actor.add_roles(role);
    actor.set_urn(kUrn);
    return actor;
}

ev::Actor Senco() {
    return Person("senco", {ev::STAFF_ROLE_SENCO});
}
ev::Actor IapLead() {
    return Person("lead", {ev::STAFF_ROLE_IAP_LEAD});
}
ev::Actor SeniorLeader() {
    return Person("leader", {ev::STAFF_ROLE_SENIOR_LEADER});
}
ev::Actor Head() {
    return Person("head", {ev::STAFF_ROLE_HEADTEACHER});
}

ev::Fact By(const ev::Actor& actor, ev::Fact fact) {
    *fact.mutable_actor() = actor;
    return fact;
}

ev::Fact At(Day day, ev::Fact fact) {
    *fact.mutable_occurred() = OccurredOn(day);
    return fact;
}

ev::Fact SchoolRegistered() {
    ev::Fact fact = Blank(Person("operator", {}));
    ev::SchoolRegistered& registered = *fact.mutable_school()->mutable_registered();
    registered.set_school_id(kSchool);
    registered.set_urn(kUrn);
    registered.set_name("Riverside School");
    registered.set_type(ev::SCHOOL_TYPE_ACADEMY);
    registered.set_phase(ev::PHASE_SECONDARY);
    registered.set_local_authority("801");
    return fact;
}

ev::Fact StaffJoined(const std::string& person_id) {
    ev::Fact fact = Blank(Head());
    ev::StaffJoined& joined = *fact.mutable_school()->mutable_staff_joined();
    joined.set_school_id(kSchool);
    joined.set_person_id(person_id);
    joined.set_name("Person " + person_id);
    joined.add_roles(ev::STAFF_ROLE_SENCO);
    return fact;
}

ev::Fact ProvisionOpened(const std::string& school_id) {
    ev::Fact fact = Blank(Head());
    ev::ProvisionOpened& opened = *fact.mutable_provision()->mutable_opened();
    opened.set_provision_id(kProvision);
    opened.set_school_id(school_id);
    opened.set_local_name("The Bridge");
    opened.set_phase(ev::PHASE_SECONDARY);
    opened.set_purpose_and_vision("A way back into lessons");
    return fact;
}

ev::Fact StrandAdded(const std::string& strand_id, const std::string& name) {
    ev::Fact fact = Blank(Head());
    ev::StrandAdded& added = *fact.mutable_provision()->mutable_strand_added();
    added.set_provision_id(kProvision);
    added.set_strand_id(strand_id);
    added.set_name(name);
    added.add_purposes(ev::PLACEMENT_PURPOSE_REINTEGRATION);
    added.add_purposes(ev::PLACEMENT_PURPOSE_NURTURE);
    return fact;
}

ev::Fact CriteriaSet() {
    ev::Fact fact = NoCriteriaSet();
    ev::ReferralCriteriaSet& set = *fact.mutable_provision()->mutable_referral_criteria_set();
    set.add_required_prior_support(ev::PRIOR_SUPPORT_KIND_SEN_ASSESSMENT);
    set.add_required_prior_support(ev::PRIOR_SUPPORT_KIND_MENTORING);
    set.set_prior_support_items_min(3);
    set.add_required_views(ev::STAFF_ROLE_SENCO);
    set.add_required_views(ev::STAFF_ROLE_IAP_LEAD);
    return fact;
}

ev::Fact NoCriteriaSet(const std::string& criteria_id) {
    ev::Fact fact = Blank(Head());
    ev::ReferralCriteriaSet& set = *fact.mutable_provision()->mutable_referral_criteria_set();
    set.set_provision_id(kProvision);
    set.set_strand_id(kStrand);
    set.set_criteria_id(criteria_id);
    return fact;
}

ev::Fact LeadTimeSet(int days, ev::PlacementPurpose purpose) {
    ev::Fact fact = Blank(Head());
    ev::OperatingModelSet& set = *fact.mutable_provision()->mutable_operating_model_set();
    set.set_provision_id(kProvision);
    set.set_strand_id(kStrand);
    set.set_purpose(purpose);
    set.set_referral_lead_time_days(days);
    return fact;
}

ev::Fact PupilRegistered() {
    ev::Fact fact = Blank(Head());
    ev::PupilRegistered& registered = *fact.mutable_pupil()->mutable_registered();
    registered.set_pupil_id(kPupil);
    registered.set_school_id(kSchool);
    registered.set_upn(kUpn);
    registered.set_given_name("Sam");
    registered.set_family_name("Example");
    *registered.mutable_date_of_birth() = ToDate(On(2012, 2, 29));
    registered.set_year_group("8");
    return fact;
}

ev::Fact Raised(const std::string& referral_id, const std::string& strand_id) {
    ev::Fact fact = Blank(Senco());
    ev::ReferralRaised& raised = *fact.mutable_referral()->mutable_raised();
    raised.set_referral_id(referral_id);
    raised.set_pupil_id(kPupil);
    raised.set_strand_id(strand_id);
    raised.set_criteria_id(kCriteria);
    raised.add_reasons(ev::REFERRAL_REASON_SEMH);
    raised.set_concern("Anxious in large groups");
    return fact;
}

ev::Fact Supported(ev::PriorSupportKind kind, const std::string& evaluation) {
    ev::Fact fact = Blank(Senco());
    ev::PriorSupportRecorded& recorded = *fact.mutable_referral()->mutable_prior_support_recorded();
    recorded.set_referral_id(kReferral);
    recorded.set_pupil_id(kPupil);
    recorded.set_kind(kind);
    recorded.set_description("Weekly sessions");
    *recorded.mutable_started_on() = ToDate(On(2025, 6, 2));
    recorded.set_evaluation(evaluation);
    return fact;
}

ev::Fact ViewGiven(ev::StaffRole role) {
    ev::Fact fact = Blank(Person("viewer", {role}));
    ev::ProfessionalViewGiven& given = *fact.mutable_referral()->mutable_professional_view_given();
    given.set_referral_id(kReferral);
    given.set_pupil_id(kPupil);
    given.set_role(role);
    given.set_recommendation(ev::RECOMMENDATION_FOR);
    given.set_reasons("A smaller group will help");
    return fact;
}

ev::Fact Accepted(Day start_on) {
    ev::Fact fact = Blank(SeniorLeader());
    ev::ReferralAccepted& accepted = *fact.mutable_referral()->mutable_accepted();
    accepted.set_referral_id(kReferral);
    accepted.set_pupil_id(kPupil);
    *accepted.mutable_start_on() = ToDate(start_on);
    accepted.set_purpose(ev::PLACEMENT_PURPOSE_REINTEGRATION);
    *accepted.mutable_planned_end_on() = ToDate(AddDays(start_on, 42));
    accepted.set_reasons("Everybody agrees");
    return At(kToday, fact);
}

ev::Fact Declined() {
    ev::Fact fact = Blank(SeniorLeader());
    ev::ReferralDeclined& declined = *fact.mutable_referral()->mutable_declined();
    declined.set_referral_id(kReferral);
    declined.set_pupil_id(kPupil);
    declined.set_reasons("Other support comes first");
    return At(kToday, fact);
}

std::vector<ev::Fact> Ready() {
    return {SchoolRegistered(), ProvisionOpened(), StrandAdded(), CriteriaSet(), LeadTimeSet(28), PupilRegistered()};
}

std::vector<ev::Fact> AllEvidence() {
    return {Supported(ev::PRIOR_SUPPORT_KIND_SEN_ASSESSMENT), Supported(ev::PRIOR_SUPPORT_KIND_MENTORING),
            Supported(ev::PRIOR_SUPPORT_KIND_OTHER), ViewGiven(ev::STAFF_ROLE_SENCO),
            ViewGiven(ev::STAFF_ROLE_IAP_LEAD)};
}

std::vector<ev::Fact> Join(std::vector<std::vector<ev::Fact>> parts) {
    std::vector<ev::Fact> all;
    for (std::vector<ev::Fact>& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

cw::RegisterSchoolRequest RegisterSchool() {
    cw::RegisterSchoolRequest request;
    request.set_urn(kUrn);
    request.set_name("Riverside School");
    request.set_type(ev::SCHOOL_TYPE_ACADEMY);
    request.set_phase(ev::PHASE_SECONDARY);
    request.set_local_authority("801");
    return request;
}

cw::AddMemberOfStaffRequest AddMemberOfStaff() {
    cw::AddMemberOfStaffRequest request;
    request.set_school_id(kSchool);
    request.set_person_id("senco");
    request.set_name("Person senco");
    request.add_roles(ev::STAFF_ROLE_SENCO);
    return request;
}

cw::OpenProvisionRequest OpenProvision() {
    cw::OpenProvisionRequest request;
    request.set_school_id(kSchool);
    request.set_local_name("The Bridge");
    request.set_phase(ev::PHASE_SECONDARY);
    request.set_purpose_and_vision("A way back into lessons.\nNever a punishment.");
    return request;
}

cw::AddStrandRequest AddStrand(const std::string& name) {
    cw::AddStrandRequest request;
    request.set_provision_id(kProvision);
    request.set_name(name);
    request.add_purposes(ev::PLACEMENT_PURPOSE_REINTEGRATION);
    return request;
}

cw::SetReferralCriteriaRequest SetReferralCriteria() {
    cw::SetReferralCriteriaRequest request;
    request.set_strand_id(kStrand);
    request.add_required_prior_support(ev::PRIOR_SUPPORT_KIND_MENTORING);
    request.set_prior_support_items_min(1);
    request.add_required_views(ev::STAFF_ROLE_SENCO);
    return request;
}

cw::SetOperatingModelRequest SetOperatingModel() {
    cw::SetOperatingModelRequest request;
    request.set_strand_id(kStrand);
    request.set_purpose(ev::PLACEMENT_PURPOSE_REINTEGRATION);
    request.set_referral_lead_time_days(28);
    return request;
}

cw::RegisterPupilRequest RegisterPupil() {
    cw::RegisterPupilRequest request;
    request.set_school_id(kSchool);
    request.set_upn(kUpn);
    request.set_given_name("Sam");
    request.set_family_name("Example");
    *request.mutable_date_of_birth() = ToDate(On(2012, 2, 29));
    request.set_year_group("8");
    return request;
}

cw::RaiseReferralRequest RaiseReferral(const std::string& strand_id) {
    cw::RaiseReferralRequest request;
    request.set_pupil_id(kPupil);
    request.set_strand_id(strand_id);
    request.add_reasons(ev::REFERRAL_REASON_SEMH);
    request.set_concern("Anxious in large groups");
    return request;
}

cw::RecordPriorSupportRequest RecordPriorSupport(ev::PriorSupportKind kind) {
    cw::RecordPriorSupportRequest request;
    request.set_referral_id(kReferral);
    request.set_kind(kind);
    request.set_description("Weekly sessions");
    *request.mutable_started_on() = ToDate(On(2025, 6, 2));
    request.set_evaluation("Reviewed after six weeks");
    return request;
}

cw::GiveProfessionalViewRequest GiveProfessionalView(ev::StaffRole role) {
    cw::GiveProfessionalViewRequest request;
    request.set_referral_id(kReferral);
    request.set_role(role);
    request.set_recommendation(ev::RECOMMENDATION_FOR);
    request.set_reasons("A smaller group will help");
    return request;
}

cw::AcceptReferralRequest AcceptReferral(Day start_on) {
    cw::AcceptReferralRequest request;
    request.set_referral_id(kReferral);
    *request.mutable_start_on() = ToDate(start_on);
    request.set_purpose(ev::PLACEMENT_PURPOSE_REINTEGRATION);
    *request.mutable_planned_end_on() = ToDate(AddDays(start_on, 42));
    request.set_reasons("Everybody agrees");
    return request;
}

cw::DeclineReferralRequest DeclineReferral() {
    cw::DeclineReferralRequest request;
    request.set_referral_id(kReferral);
    request.set_reasons("Other support comes first");
    return request;
}

ev::Override OverrideView(ev::StaffRole role) {
    ev::Override waived = OverrideOf(ev::GAP_KIND_PROFESSIONAL_VIEW);
    waived.mutable_gap()->set_role(role);
    return waived;
}

ev::Override OverrideSupport(ev::PriorSupportKind kind) {
    ev::Override waived = OverrideOf(ev::GAP_KIND_PRIOR_SUPPORT);
    waived.mutable_gap()->set_prior_support(kind);
    return waived;
}

ev::Override OverrideOf(ev::GapKind kind) {
    ev::Override waived;
    waived.mutable_gap()->set_kind(kind);
    waived.set_reason("The need is urgent");
    return waived;
}

}  // namespace throughline::story
