// A whole referral over gRPC, repeats of commands, and who may do what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/consistency_token.h"
#include "tests/services/casework/ground.h"

namespace throughline {
namespace {

using namespace story;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class ServicesTest : public testing::Test {
  protected:
    Ground ground_;
    const Identity leader_ = ground_.Leader();
    const Identity other_school_ = ground_.Staff({ev::STAFF_ROLE_HEADTEACHER}, "foreign head", "654321");

    void RegisterOtherSchool() {
        auto request = RegisterSchool();
        request.set_urn("654321");
        ASSERT_TRUE(ground_.Send(ground_.Operator(), request).ok());
    }
};

TEST_F(ServicesTest, TakesAReferralFromTheConcernToTheDecision) {
    ground_.SetUpPupil();
    const auto raised = ground_.Send(leader_, ground_.Raise());
    ASSERT_TRUE(raised.ok()) << raised.status;
    EXPECT_TRUE(ParseUuid(raised.response.referral_id()));
    EXPECT_TRUE(ParseUuid(raised.response.event_id()));
    const auto token = DecodeConsistencyToken(ground_.log().StoreId(), raised.response.consistency_token());
    ASSERT_TRUE(token.ok());
    EXPECT_EQ(*token, ground_.log().End());

    auto support = RecordPriorSupport(ev::PRIOR_SUPPORT_KIND_MENTORING);
    support.set_referral_id(raised.response.referral_id());
    EXPECT_TRUE(ground_.Send(leader_, support).ok());
    auto view = GiveProfessionalView(ev::STAFF_ROLE_SENIOR_LEADER);
    view.set_referral_id(raised.response.referral_id());
    EXPECT_TRUE(ground_.Send(leader_, view).ok());
    auto accept = AcceptReferral();
    accept.set_referral_id(raised.response.referral_id());
    EXPECT_TRUE(ground_.Send(leader_, accept).ok());
    auto decline = DeclineReferral();
    decline.set_referral_id(raised.response.referral_id());
    const auto refused = ground_.Send(leader_, decline);
    EXPECT_EQ(refused.status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(refused.status), "REFERRAL_NOT_OPEN");
}

TEST_F(ServicesTest, ListsEveryGapInThePreconditionFailure) {
    ground_.SetUpPupil();
    auto criteria = SetReferralCriteria();
    criteria.set_strand_id(ground_.strand_id);
    ASSERT_TRUE(ground_.Send(leader_, criteria).ok());
    const auto raised = ground_.Send(leader_, ground_.Raise());
    auto accept = AcceptReferral();
    accept.set_referral_id(raised.response.referral_id());
    const auto refused = ground_.Send(leader_, accept);
    EXPECT_EQ(ReasonOf(refused.status), "REFERRAL_HAS_GAPS");
    const auto violations = RuleViolationsOf(refused.status);
    ASSERT_THAT(violations, SizeIs(3));
    EXPECT_EQ(violations[2].type, "PROFESSIONAL_VIEW");
    EXPECT_EQ(violations[2].subject, "STAFF_ROLE_SENCO");
    EXPECT_THAT(violations[2].description, Not(IsEmpty()));
}

TEST_F(ServicesTest, GivesTheFirstAnswerToARepeatedCommandAndAddsNothing) {
    ground_.SetUpPupil();
    auto raise = ground_.Raise();
    raise.set_command_id(NewCommandId());
    const auto first = ground_.Send(leader_, raise);
    ASSERT_TRUE(first.ok());
    EXPECT_FALSE(first.repeated);
    const std::size_t records = ground_.RecordCount();
    ASSERT_TRUE(ground_.Send(leader_, RegisterPupil()).status.code() != absl::StatusCode::kOk);
    const auto again = ground_.Send(leader_, raise);
    ASSERT_TRUE(again.ok()) << "not refused for the referral that it raised itself: " << again.status;
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.response.SerializeAsString(), first.response.SerializeAsString());
    EXPECT_EQ(ground_.RecordCount(), records);
}

TEST_F(ServicesTest, GivesTheFirstAnswerOfEveryKindOfCommand) {
    ground_.SetUpSchool();
    const auto twice = [&](const Identity& who, auto request) {
        request.set_command_id(NewCommandId());
        const auto first = ground_.Send(who, request);
        ASSERT_TRUE(first.ok()) << first.status;
        const auto again = ground_.Send(who, request);
        EXPECT_TRUE(again.repeated);
        EXPECT_EQ(again.response.SerializeAsString(), first.response.SerializeAsString());
    };
    auto criteria = SetReferralCriteria();
    criteria.set_strand_id(ground_.strand_id);
    twice(leader_, criteria);
    auto model = SetOperatingModel();
    model.set_strand_id(ground_.strand_id);
    twice(leader_, model);
    auto strand = AddStrand("KS4");
    strand.set_provision_id(ground_.provision_id);
    twice(leader_, strand);
    auto staff = AddMemberOfStaff();
    staff.set_school_id(ground_.school_id);
    twice(ground_.Operator(), staff);
    auto school = RegisterSchool();
    school.set_urn("654321");
    twice(ground_.Operator(), school);
}

TEST_F(ServicesTest, RefusesACommandIdThatWasUsedForAnotherRequest) {
    ground_.SetUpPupil();
    auto raise = ground_.Raise();
    raise.set_command_id(NewCommandId());
    ASSERT_TRUE(ground_.Send(leader_, raise).ok());
    raise.set_concern("Something else");
    EXPECT_EQ(ground_.Send(leader_, raise).status.code(), absl::StatusCode::kAlreadyExists);
    auto view = GiveProfessionalView(ev::STAFF_ROLE_SENIOR_LEADER);
    view.set_command_id(raise.command_id());
    EXPECT_EQ(ground_.Send(leader_, view).status.code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(ServicesTest, DoesNotMixUpTheCommandsOfTwoPeople) {
    ground_.SetUpPupil();
    auto raise = ground_.Raise();
    raise.set_command_id(NewCommandId());
    ASSERT_TRUE(ground_.Send(leader_, raise).ok());
    const auto other = ground_.Send(ground_.Staff({ev::STAFF_ROLE_SENCO}, "senco"), raise);
    EXPECT_EQ(ReasonOf(other.status), "OPEN_REFERRAL_EXISTS");
}

TEST_F(ServicesTest, DoesNotRememberARefusal) {
    ground_.SetUpPupil();
    auto first = ground_.Raise();
    const auto open = ground_.Send(leader_, first);
    auto second = ground_.Raise();
    second.set_command_id(NewCommandId());
    ASSERT_EQ(ReasonOf(ground_.Send(leader_, second).status), "OPEN_REFERRAL_EXISTS");
    auto decline = DeclineReferral();
    decline.set_referral_id(open.response.referral_id());
    ASSERT_TRUE(ground_.Send(leader_, decline).ok());
    EXPECT_TRUE(ground_.Send(leader_, second).ok()) << "the same command, now that the rule holds";
}

TEST_F(ServicesTest, ListsBadFieldsWithABadCommandIdAndAFutureDay) {
    ground_.SetUpPupil();
    auto raise = ground_.Raise();
    raise.set_command_id("not a uuid");
    raise.set_pupil_id("nor this");
    raise.clear_concern();
    *raise.mutable_occurred_on() = ToDate(AddDays(kToday, 1));
    const auto refused = ground_.Send(leader_, raise);
    EXPECT_EQ(refused.status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(FieldViolationsOf(refused.status), SizeIs(4));
}

TEST_F(ServicesTest, TakesIdsInEitherCase) {
    ground_.SetUpPupil();
    auto raise = ground_.Raise();
    std::string upper = ground_.pupil_id;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    raise.set_pupil_id(upper);
    EXPECT_TRUE(ground_.Send(leader_, raise).ok());
    EXPECT_EQ(ReasonOf(ground_.Send(leader_, ground_.Raise()).status), "OPEN_REFERRAL_EXISTS");
}

TEST_F(ServicesTest, KeepsTheDayThatACommandNamesAndWhoSentIt) {
    ground_.SetUpPupil();
    auto raise = ground_.Raise();
    *raise.mutable_occurred_on() = ToDate(On(2025, 9, 15));
    ASSERT_TRUE(ground_.Send(leader_, raise).ok());
    const auto batch = ground_.log().ReadAll({});
    const auto history = Effective(batch->records);
    const EffectiveFact& last = history->back();
    EXPECT_EQ(Day{OccurredDay(last.fact->occurred())}, On(2025, 9, 15));
    EXPECT_EQ(last.fact->actor().person_id(), "leader");
    EXPECT_EQ(last.fact->actor().urn(), kUrn);
    EXPECT_EQ(last.header.type(), "throughline.events.v1.ReferralRaised");
    EXPECT_EQ(UuidFromBytes(last.header.event_id())->bytes[6] >> 4, 7) << "event ids are version 7";
}

TEST_F(ServicesTest, SaysNotFoundForUnknownIds) {
    ground_.SetUpPupil();
    auto raise = ground_.Raise();
    raise.set_pupil_id(kNewId);
    EXPECT_EQ(ground_.Send(leader_, raise).status.code(), absl::StatusCode::kNotFound);
    raise = ground_.Raise();
    raise.set_strand_id(kNewId);
    EXPECT_EQ(ground_.Send(leader_, raise).status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ground_.Send(leader_, AcceptReferral()).status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ground_.Send(leader_, OpenProvision()).status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ground_.Send(leader_, AddStrand()).status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ground_.Send(leader_, SetOperatingModel()).status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ground_.Send(leader_, AddMemberOfStaff()).status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ground_.Send(leader_, RegisterPupil()).status.code(), absl::StatusCode::kNotFound);
}

TEST_F(ServicesTest, AsksForCredentials) {
    grpc::ClientContext context;
    casework::v1::RaiseReferralResponse response;
    casework::v1::ReferralService::Stub stub(ground_.channel());
    const grpc::Status status = stub.RaiseReferral(&context, RaiseReferral(), &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(ServicesTest, LetsNobodyWriteForAnotherSchool) {
    ground_.SetUpPupil();
    RegisterOtherSchool();
    const auto raised = ground_.Send(leader_, ground_.Raise());
    const std::size_t records = ground_.RecordCount();
    const auto denied = [&](auto request) {
        const absl::Status status = ground_.Send(other_school_, request).status;
        EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << status;
        EXPECT_EQ(ReasonOf(status), "OTHER_SCHOOL");
    };
    denied(ground_.Raise());
    auto view = GiveProfessionalView(ev::STAFF_ROLE_HEADTEACHER);
    view.set_referral_id(raised.response.referral_id());
    denied(view);
    auto decline = DeclineReferral();
    decline.set_referral_id(raised.response.referral_id());
    denied(decline);
    auto open = OpenProvision();
    open.set_school_id(ground_.school_id);
    denied(open);
    auto strand = AddStrand("KS4");
    strand.set_provision_id(ground_.provision_id);
    denied(strand);
    auto criteria = SetReferralCriteria();
    criteria.set_strand_id(ground_.strand_id);
    denied(criteria);
    auto staff = AddMemberOfStaff();
    staff.set_school_id(ground_.school_id);
    denied(staff);
    auto pupil = RegisterPupil();
    pupil.set_school_id(ground_.school_id);
    pupil.set_upn(kOtherUpn);
    denied(pupil);
    casework::v1::AnnulFactRequest annul;
    annul.set_subject_id(ground_.pupil_id);
    annul.set_event_id(raised.response.event_id());
    annul.set_reason("none of their business");
    denied(annul);
    EXPECT_EQ(ground_.RecordCount(), records);
    EXPECT_FALSE(ground_.vault().Find(eventstore::v1::SUBJECT_KIND_PUPIL, kOtherUpn)->has_value())
        << "no subject is made for somebody who may not register the pupil";
}

TEST_F(ServicesTest, LeavesSchoolsToOperatorsAndPupilsToStaff) {
    EXPECT_EQ(ReasonOf(ground_.Send(leader_, RegisterSchool()).status), "OPERATORS_ONLY");
    ground_.SetUpPupil();
    EXPECT_EQ(ReasonOf(ground_.Send(ground_.Operator(), ground_.Raise()).status), "OTHER_SCHOOL");
    auto open = OpenProvision();
    open.set_school_id(ground_.school_id);
    EXPECT_EQ(ReasonOf(ground_.Send(ground_.Operator(), open).status), "OTHER_SCHOOL");
    auto staff = AddMemberOfStaff();
    staff.set_school_id(ground_.school_id);
    EXPECT_TRUE(ground_.Send(ground_.Operator(), staff).ok()) << "somebody has to add the first";
}

TEST_F(ServicesTest, LeavesOtherServicesOut) {
    ground_.SetUpPupil();
    const Identity service{Party::kService, "some service", "", {}, ""};
    EXPECT_EQ(ReasonOf(ground_.Send(service, ground_.Raise()).status), "STAFF_ONLY");
}

TEST_F(ServicesTest, RefusesASecondRegistrationOfAUrnOrUpn) {
    ground_.SetUpPupil();
    EXPECT_EQ(ReasonOf(ground_.Send(ground_.Operator(), RegisterSchool()).status), "URN_ALREADY_REGISTERED");
    auto pupil = RegisterPupil();
    pupil.set_school_id(ground_.school_id);
    EXPECT_EQ(ReasonOf(ground_.Send(leader_, pupil).status), "UPN_ALREADY_REGISTERED");
}

TEST_F(ServicesTest, KeepsNamesAndNumbersOutOfHeadersAndErrors) {
    ground_.SetUpPupil();
    const auto batch = ground_.log().ReadAll({});
    for (const Record& record : batch->records) {
        EXPECT_THAT(record.header.SerializeAsString(), Not(HasSubstr(kUpn)));
        EXPECT_THAT(record.header.SerializeAsString(), Not(HasSubstr("Example")));
    }
    auto pupil = RegisterPupil();
    pupil.set_school_id(ground_.school_id);
    const auto refused = ground_.Send(leader_, pupil);
    EXPECT_THAT(std::string(refused.status.message()), Not(HasSubstr(kUpn)));
}

TEST_F(ServicesTest, SaysThatAnErasedPupilIsNotThereAnyMore) {
    ground_.SetUpPupil();
    ASSERT_TRUE(ground_.vault().Erase(SubjectId{*ParseUuid(ground_.pupil_id)}).ok());
    EXPECT_EQ(ground_.Send(leader_, ground_.Raise()).status.code(), absl::StatusCode::kNotFound);
    auto pupil = RegisterPupil();
    pupil.set_school_id(ground_.school_id);
    const auto again = ground_.Send(leader_, pupil);
    ASSERT_TRUE(again.ok()) << again.status;
    EXPECT_NE(again.response.pupil_id(), ground_.pupil_id) << "a new subject, with a key of its own";
}

}  // namespace
}  // namespace throughline
