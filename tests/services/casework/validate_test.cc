// What each command and each corrected fact may say: every bad field at once, the same for both.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/casework/correction/validate.h"
#include "services/casework/provision/request.h"
#include "services/casework/pupil/as_fact.h"
#include "services/casework/pupil/validate.h"
#include "services/casework/referral/request.h"
#include "services/casework/school/request.h"
#include "tests/services/casework/story.h"

namespace throughline {
namespace {

using namespace story;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::string> FieldsOf(const FieldChecks& checks) {
    std::vector<std::string> fields;
    for (const FieldViolation& violation : checks.violations()) fields.push_back(violation.field);
    return fields;
}

template <class Request>
std::vector<std::string> BadFields(const Request& request) {
    FieldChecks checks(kToday);
    Check(request, checks);
    return FieldsOf(checks);
}

std::vector<std::string> BadFields(const cw::RegisterPupilRequest& request) {
    FieldChecks checks(kToday);
    Validate(AsFact(request), checks);
    return FieldsOf(checks);
}

ev::Date NoDay() {
    ev::Date date = ToDate(kToday);
    date.set_day(31);
    return date;
}

TEST(ValidateTest, AcceptsTheCommandsOfTheStory) {
    EXPECT_THAT(BadFields(RegisterSchool()), IsEmpty());
    EXPECT_THAT(BadFields(AddMemberOfStaff()), IsEmpty());
    EXPECT_THAT(BadFields(OpenProvision()), IsEmpty());
    EXPECT_THAT(BadFields(AddStrand()), IsEmpty());
    EXPECT_THAT(BadFields(SetReferralCriteria()), IsEmpty());
    EXPECT_THAT(BadFields(SetOperatingModel()), IsEmpty());
    EXPECT_THAT(BadFields(RegisterPupil()), IsEmpty());
    EXPECT_THAT(BadFields(RaiseReferral()), IsEmpty());
    EXPECT_THAT(BadFields(RecordPriorSupport(ev::PRIOR_SUPPORT_KIND_OTHER)), IsEmpty());
    EXPECT_THAT(BadFields(GiveProfessionalView(ev::STAFF_ROLE_DSL)), IsEmpty());
    EXPECT_THAT(BadFields(AcceptReferral()), IsEmpty());
    EXPECT_THAT(BadFields(DeclineReferral()), IsEmpty());
}

TEST(ValidateTest, ListsEveryFieldOfAnEmptyCommand) {
    EXPECT_THAT(BadFields(cw::RegisterSchoolRequest()),
                UnorderedElementsAre("urn", "name", "type", "phase", "local_authority"));
    EXPECT_THAT(BadFields(cw::AddMemberOfStaffRequest()),
                UnorderedElementsAre("school_id", "person_id", "name", "roles"));
    EXPECT_THAT(BadFields(cw::OpenProvisionRequest()),
                UnorderedElementsAre("school_id", "local_name", "phase", "purpose_and_vision"));
    EXPECT_THAT(BadFields(cw::AddStrandRequest()), UnorderedElementsAre("provision_id", "name", "purposes"));
    EXPECT_THAT(BadFields(cw::SetReferralCriteriaRequest()), UnorderedElementsAre("strand_id"));
    EXPECT_THAT(BadFields(cw::SetOperatingModelRequest()), UnorderedElementsAre("strand_id", "purpose"));
    EXPECT_THAT(BadFields(cw::RegisterPupilRequest()),
                UnorderedElementsAre("upn", "given_name", "family_name", "date_of_birth", "year_group"));
    EXPECT_THAT(BadFields(cw::RaiseReferralRequest()),
                UnorderedElementsAre("pupil_id", "strand_id", "reasons", "concern"));
    EXPECT_THAT(BadFields(cw::RecordPriorSupportRequest()),
                UnorderedElementsAre("referral_id", "kind", "description", "started_on"));
    EXPECT_THAT(BadFields(cw::GiveProfessionalViewRequest()),
                UnorderedElementsAre("referral_id", "role", "recommendation", "reasons"));
    EXPECT_THAT(BadFields(cw::AcceptReferralRequest()),
                UnorderedElementsAre("referral_id", "start_on", "planned_end_on", "purpose", "reasons"));
    EXPECT_THAT(BadFields(cw::DeclineReferralRequest()), UnorderedElementsAre("referral_id", "reasons"));
}

TEST(ValidateTest, ChecksTheNumbersThatSchoolsAndPupilsAreKnownBy) {
    auto school = RegisterSchool();
    school.set_urn("12345");
    school.set_local_authority("80A");
    EXPECT_THAT(BadFields(school), UnorderedElementsAre("urn", "local_authority"));
    auto pupil = RegisterPupil();
    pupil.set_upn("A801200005001");
    EXPECT_THAT(BadFields(pupil), UnorderedElementsAre("upn"));
}

TEST(ValidateTest, KnowsTheYearGroups) {
    auto pupil = RegisterPupil();
    for (const char* right : {"R", "1", "9", "10", "13"}) {
        pupil.set_year_group(right);
        EXPECT_THAT(BadFields(pupil), IsEmpty()) << right;
    }
    for (const char* wrong : {"", "0", "14", "r", "01", "-1", "7 ", "Year 7", "130"}) {
        pupil.set_year_group(wrong);
        EXPECT_THAT(BadFields(pupil), UnorderedElementsAre("year_group")) << wrong;
    }
}

TEST(ValidateTest, RefusesDaysThatDoNotExistOrAreOutOfOrder) {
    auto support = RecordPriorSupport(ev::PRIOR_SUPPORT_KIND_OTHER);
    *support.mutable_ended_on() = ToDate(On(2025, 6, 1));
    EXPECT_THAT(BadFields(support), UnorderedElementsAre("ended_on"));
    *support.mutable_ended_on() = ToDate(On(2025, 6, 2));
    EXPECT_THAT(BadFields(support), IsEmpty());
    *support.mutable_started_on() = NoDay();
    EXPECT_THAT(BadFields(support), UnorderedElementsAre("started_on"));
    auto accept = AcceptReferral();
    *accept.mutable_planned_end_on() = accept.start_on();
    EXPECT_THAT(BadFields(accept), UnorderedElementsAre("planned_end_on"));
    auto pupil = RegisterPupil();
    *pupil.mutable_date_of_birth() = ToDate(AddDays(kToday, 1));
    EXPECT_THAT(BadFields(pupil), UnorderedElementsAre("date_of_birth"));
}

TEST(ValidateTest, RefusesNumbersOutsideTheirRange) {
    auto criteria = SetReferralCriteria();
    criteria.set_prior_support_items_min(-1);
    EXPECT_THAT(BadFields(criteria), UnorderedElementsAre("prior_support_items_min"));
    criteria.set_prior_support_items_min(21);
    EXPECT_THAT(BadFields(criteria), UnorderedElementsAre("prior_support_items_min"));
    auto model = SetOperatingModel();
    model.set_referral_lead_time_days(367);
    EXPECT_THAT(BadFields(model), UnorderedElementsAre("referral_lead_time_days"));
}

TEST(ValidateTest, AsksOfAnOverrideOneWholeGapAndAReason) {
    auto accept = AcceptReferral();
    accept.add_overrides();
    *accept.add_overrides() = OverrideOf(ev::GAP_KIND_PROFESSIONAL_VIEW);
    *accept.add_overrides() = OverrideOf(ev::GAP_KIND_LEAD_TIME);
    *accept.add_overrides() = OverrideOf(ev::GAP_KIND_LEAD_TIME);
    ev::Override& confused = *accept.add_overrides();
    confused = OverrideOf(ev::GAP_KIND_PRIOR_SUPPORT_ITEMS);
    confused.mutable_gap()->set_role(ev::STAFF_ROLE_DSL);
    confused.mutable_gap()->set_prior_support(ev::PRIOR_SUPPORT_KIND_OTHER);
    EXPECT_THAT(BadFields(accept),
                UnorderedElementsAre("overrides[0].gap.kind", "overrides[0].reason", "overrides[1].gap.role",
                                     "overrides[3].gap", "overrides[4].gap.role", "overrides[4].gap.prior_support"));
}

TEST(ValidateTest, RefusesAReasonThatIsNoReasonForAReferral) {
    auto raise = RaiseReferral();
    raise.add_reasons(static_cast<ev::ReferralReason>(77));
    EXPECT_THAT(BadFields(raise), UnorderedElementsAre("reasons[1]"));
}

cw::CorrectFactRequest Correct(ev::Fact fact) {
    cw::CorrectFactRequest request;
    request.set_subject_id(kPupil);
    request.set_event_id(kNewId);
    fact.clear_actor();
    *request.mutable_corrected() = std::move(fact);
    request.set_reason("it was written down wrongly");
    return request;
}

TEST(ValidateTest, HoldsACorrectionToTheSameChecks) {
    for (const ev::Fact& fact :
         Join({Ready(), {Raised(), StaffJoined()}, AllEvidence(), {Accepted(kToday), Declined()}})) {
        EXPECT_THAT(BadFields(Correct(fact)), IsEmpty());
    }
    ev::Fact pupil = PupilRegistered();
    pupil.mutable_pupil()->mutable_registered()->set_upn("A801200005001");
    EXPECT_THAT(BadFields(Correct(pupil)), UnorderedElementsAre("corrected.pupil.registered.upn"));
    ev::Fact view = ViewGiven(ev::STAFF_ROLE_DSL);
    view.mutable_referral()->mutable_professional_view_given()->clear_reasons();
    EXPECT_THAT(BadFields(Correct(view)), UnorderedElementsAre("corrected.referral.professional_view_given.reasons"));
}

TEST(ValidateTest, RefusesACorrectionThatSaysNothingOrCorrectsACorrection) {
    EXPECT_THAT(BadFields(cw::CorrectFactRequest()),
                UnorderedElementsAre("subject_id", "event_id", "reason", "corrected.aggregate"));
    EXPECT_THAT(BadFields(cw::AnnulFactRequest()), UnorderedElementsAre("subject_id", "event_id", "reason"));
    ev::Fact correction;
    correction.mutable_correction()->mutable_annulled();
    EXPECT_THAT(BadFields(Correct(correction)), UnorderedElementsAre("corrected.correction"));
    ev::Fact half;
    half.mutable_referral();
    EXPECT_THAT(BadFields(Correct(half)), UnorderedElementsAre("corrected.referral.fact"));
}

TEST(ValidateTest, LeavesTheActorOfACorrectedEntryAlone) {
    auto request = Correct(Raised());
    *request.mutable_corrected()->mutable_actor() = Head();
    EXPECT_THAT(BadFields(request), UnorderedElementsAre("corrected.actor"));
}

TEST(ValidateTest, RefusesACorrectedDayInTheFutureOrNoDayAtAll) {
    auto request = Correct(At(AddDays(kToday, 1), Raised()));
    EXPECT_THAT(BadFields(request), UnorderedElementsAre("corrected.occurred.on"));
    request.mutable_corrected()->mutable_occurred()->mutable_at()->set_seconds(9'000'000'000'000);
    EXPECT_THAT(BadFields(request), UnorderedElementsAre("corrected.occurred.at"));
    request.mutable_corrected()->mutable_occurred()->mutable_at()->set_seconds(1'756'683'000);
    EXPECT_THAT(BadFields(request), IsEmpty());
    request.mutable_corrected()->mutable_occurred()->clear_when();
    EXPECT_THAT(BadFields(request), UnorderedElementsAre("corrected.occurred.on"));
}

}  // namespace
}  // namespace throughline
