// Corrections over gRPC: what they change for later commands, and how the UPN's link follows the facts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/services/casework/ground.h"

namespace throughline {
namespace {

using namespace story;

constexpr eventstore::v1::SubjectKind kPupilKind = eventstore::v1::SUBJECT_KIND_PUPIL;

class CorrectionServiceTest : public testing::Test {
  protected:
    CorrectionServiceTest() {
        ground_.SetUpSchool();
        auto pupil = RegisterPupil();
        pupil.set_school_id(ground_.school_id);
        const auto registered = ground_.Send(leader_, pupil);
        ground_.pupil_id = registered.response.pupil_id();
        registration_ = registered.response.event_id();
    }

    cw::CorrectFactRequest Correct(const std::string& event_id, ev::Fact fact) {
        cw::CorrectFactRequest request;
        request.set_subject_id(ground_.pupil_id);
        request.set_event_id(event_id);
        fact.clear_actor();
        *request.mutable_corrected() = std::move(fact);
        request.set_reason("it was written down wrongly");
        return request;
    }

    cw::AnnulFactRequest Annul(const std::string& subject_id, const std::string& event_id) {
        cw::AnnulFactRequest request;
        request.set_subject_id(subject_id);
        request.set_event_id(event_id);
        request.set_reason("it should never have been recorded");
        return request;
    }

    ev::Fact WithUpn(const char* upn) {
        ev::Fact fact = PupilRegistered();
        ev::PupilRegistered& registered = *fact.mutable_pupil()->mutable_registered();
        registered.clear_pupil_id();
        registered.clear_school_id();
        registered.set_upn(upn);
        return fact;
    }

    std::optional<SubjectId> PupilWith(const char* upn) { return *ground_.vault().Find(kPupilKind, upn); }

    cw::RegisterPupilRequest Register(const char* upn) {
        auto request = RegisterPupil();
        request.set_school_id(ground_.school_id);
        request.set_upn(upn);
        return request;
    }

    Ground ground_;
    const Identity leader_ = ground_.Leader();
    std::string registration_;
};

TEST_F(CorrectionServiceTest, CorrectsAnEntryAndRepeatsItsFirstAnswer) {
    auto request = Correct(registration_, WithUpn(kUpn));
    request.mutable_corrected()->mutable_pupil()->mutable_registered()->set_given_name("Samira");
    request.set_command_id(NewCommandId());
    const auto first = ground_.Send(leader_, request);
    ASSERT_TRUE(first.ok()) << first.status;
    const auto again = ground_.Send(leader_, request);
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.response.event_id(), first.response.event_id());

    const auto batch = ground_.log().ReadAll({});
    const eventstore::v1::RecordHeader& header = batch->records.back().header;
    EXPECT_EQ(header.causation_id(), ParseUuid(registration_)->AsBytes());
    const auto history = Effective(batch->records);
    EXPECT_EQ(history->back().standing, Standing::kCorrected);
    EXPECT_EQ(history->back().fact->pupil().registered().given_name(), "Samira");
}

TEST_F(CorrectionServiceTest, MovesTheLinkWithTheUpn) {
    const auto corrected = ground_.Send(leader_, Correct(registration_, WithUpn(kOtherUpn)));
    ASSERT_TRUE(corrected.ok()) << corrected.status;
    EXPECT_EQ(ToString(*PupilWith(kOtherUpn)), ground_.pupil_id);
    EXPECT_FALSE(PupilWith(kUpn).has_value());
    EXPECT_EQ(ReasonOf(ground_.Send(leader_, Register(kOtherUpn)).status), "UPN_ALREADY_REGISTERED");
    const auto other = ground_.Send(leader_, Register(kUpn));
    ASSERT_TRUE(other.ok()) << other.status;
    EXPECT_NE(other.response.pupil_id(), ground_.pupil_id);
}

TEST_F(CorrectionServiceTest, RefusesTheUpnOfAnotherPupil) {
    ASSERT_TRUE(ground_.Send(leader_, Register(kOtherUpn)).ok());
    const auto refused = ground_.Send(leader_, Correct(registration_, WithUpn(kOtherUpn)));
    EXPECT_EQ(ReasonOf(refused.status), "UPN_ALREADY_REGISTERED");
    EXPECT_EQ(ToString(*PupilWith(kUpn)), ground_.pupil_id);
}

TEST_F(CorrectionServiceTest, HealsALinkThatACrashLeftBeforeTheCorrection) {
    ASSERT_TRUE(ground_.vault().Link(kPupilKind, kOtherUpn, SubjectId{*ParseUuid(ground_.pupil_id)}).ok());
    const auto other = ground_.Send(leader_, Register(kOtherUpn));
    ASSERT_TRUE(other.ok()) << other.status;
    EXPECT_NE(other.response.pupil_id(), ground_.pupil_id);
}

TEST_F(CorrectionServiceTest, HealsALinkThatACrashLeftAfterTheCorrection) {
    ASSERT_TRUE(ground_.Send(leader_, Correct(registration_, WithUpn(kOtherUpn))).ok());
    ASSERT_TRUE(ground_.vault().Link(kPupilKind, kUpn, SubjectId{*ParseUuid(ground_.pupil_id)}).ok());
    const auto other = ground_.Send(leader_, Register(kUpn));
    ASSERT_TRUE(other.ok()) << other.status;
    EXPECT_NE(other.response.pupil_id(), ground_.pupil_id);
}

TEST_F(CorrectionServiceTest, FreesTheUpnOfAnAnnulledRegistration) {
    ASSERT_TRUE(ground_.Send(leader_, Annul(ground_.pupil_id, registration_)).ok());
    EXPECT_EQ(ground_.Send(leader_, ground_.Raise()).status.code(), absl::StatusCode::kNotFound);
    EXPECT_TRUE(ground_.Send(leader_, Register(kUpn)).ok());
}

TEST_F(CorrectionServiceTest, LetsAReferralBeRaisedAnewOnceTheFirstIsAnnulled) {
    const auto raised = ground_.Send(leader_, ground_.Raise());
    ASSERT_TRUE(ground_.Send(leader_, Annul(ground_.pupil_id, raised.response.event_id())).ok());
    EXPECT_TRUE(ground_.Send(leader_, ground_.Raise()).ok());
    auto view = GiveProfessionalView(ev::STAFF_ROLE_SENIOR_LEADER);
    view.set_referral_id(raised.response.referral_id());
    EXPECT_EQ(ground_.Send(leader_, view).status.code(), absl::StatusCode::kNotFound);
}

TEST_F(CorrectionServiceTest, SaysWhichEntryToNameInsteadOfACorrection) {
    const auto corrected = ground_.Send(leader_, Correct(registration_, WithUpn(kOtherUpn)));
    const auto refused = ground_.Send(leader_, Annul(ground_.pupil_id, corrected.response.event_id()));
    EXPECT_EQ(ReasonOf(refused.status), "NOT_A_FIRST_ENTRY");
    EXPECT_THAT(std::string(refused.status.message()), testing::HasSubstr(registration_));
}

TEST_F(CorrectionServiceTest, PutsASchoolsEntriesRightUnderItsOwnId) {
    auto open = OpenProvision();
    open.set_school_id(ground_.school_id);
    const auto opened = ground_.Send(leader_, open);
    ASSERT_TRUE(opened.ok());
    ev::Fact renamed = ProvisionOpened();
    renamed.mutable_provision()->mutable_opened()->clear_provision_id();
    renamed.mutable_provision()->mutable_opened()->clear_school_id();
    renamed.mutable_provision()->mutable_opened()->set_local_name("The Haven");
    auto request = Correct(opened.response.event_id(), renamed);
    request.set_subject_id(ground_.school_id);
    EXPECT_TRUE(ground_.Send(leader_, request).ok());
    EXPECT_EQ(ReasonOf(ground_.Send(ground_.Operator(), Annul(ground_.school_id, opened.response.event_id())).status),
              "OTHER_SCHOOL")
        << "operators put right what is about the school itself, no more";
    EXPECT_TRUE(ground_.Send(leader_, Annul(ground_.school_id, opened.response.event_id())).ok());
}

TEST_F(CorrectionServiceTest, RefusesToAnnulAStrandWithAReferralOfAPupil) {
    ASSERT_TRUE(ground_.Send(leader_, ground_.Raise()).ok());
    const auto batch = ground_.log().ReadAll({});
    const auto history = Effective(batch->records);
    for (const EffectiveFact& entry : *history) {
        if (!entry.fact->provision().has_strand_added()) continue;
        const std::string event_id = ToString(*UuidFromBytes(entry.header.event_id()));
        EXPECT_EQ(ReasonOf(ground_.Send(leader_, Annul(ground_.school_id, event_id)).status), "ENTRY_IN_USE");
    }
}

TEST_F(CorrectionServiceTest, SaysNotFoundForUnknownSubjectsAndEntries) {
    EXPECT_EQ(ground_.Send(leader_, Annul(kNewId, registration_)).status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ground_.Send(leader_, Annul(ground_.pupil_id, kNewId)).status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ground_.Send(leader_, Annul(ground_.school_id, registration_)).status.code(), absl::StatusCode::kNotFound)
        << "a pupil's entry is found under the pupil";
}

}  // namespace
}  // namespace throughline
