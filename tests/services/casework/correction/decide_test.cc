// Corrections and annulments: the refolded history must still keep every rule.
#include <gtest/gtest.h>

#include "tests/services/casework/correction/past.h"

namespace throughline {
namespace {

using namespace story;
using testing::ElementsAre;
using testing::HasSubstr;

const Refusal& RefusalOf(const Decision& decision) {
    return std::get<Refusal>(decision);
}

ev::Fact WithConcern(const std::string& concern) {
    ev::Fact fact = Raised();
    fact.mutable_referral()->mutable_raised()->set_concern(concern);
    return fact;
}

TEST(CorrectFactTest, FilesTheCorrectionWhereTheEntryIs) {
    Past past(Ready());
    const std::string raised = past.Add(Raised());
    const Decision outcome = past.Correct(raised, WithConcern("Anxious in small groups"));
    ASSERT_THAT(outcome, Adds("FactCorrected"));
    const NewFact added = OnlyFact(outcome);
    EXPECT_EQ(added.subject_id, kPupil);
    EXPECT_THAT(added.tags, ElementsAre("pupil:" + kPupil, "referral:" + kReferral, "strand:" + kStrand));
    EXPECT_EQ(ToString(added.puts_right->uuid), raised);
    const ev::FactCorrected& correction = added.fact.correction().corrected();
    EXPECT_EQ(correction.event_id(), raised);
    EXPECT_EQ(correction.corrected().referral().raised().concern(), "Anxious in small groups");
    EXPECT_FALSE(correction.corrected().has_actor());
    EXPECT_EQ(added.fact.actor().person_id(), "leader");
}

TEST(CorrectFactTest, TakesFromTheFirstEntryTheIdsAndTheDayThatAreLeftOut) {
    Past past(Ready());
    const std::string raised = past.Add(Raised());
    ev::Fact corrected = WithConcern("Another account");
    corrected.clear_occurred();
    ev::ReferralRaised& without_ids = *corrected.mutable_referral()->mutable_raised();
    without_ids.clear_referral_id();
    without_ids.clear_pupil_id();
    without_ids.clear_strand_id();
    without_ids.clear_criteria_id();
    const NewFact added = OnlyFact(past.Correct(raised, corrected));
    const ev::Fact& value = added.fact.correction().corrected().corrected();
    EXPECT_EQ(value.referral().raised().criteria_id(), kCriteria);
    EXPECT_EQ(value.referral().raised().pupil_id(), kPupil);
    EXPECT_EQ(Day{OccurredDay(value.occurred())}, kStart);
}

TEST(CorrectFactTest, KeepsDaysInOrderWhenAnEarlierEntryIsMoved) {
    const auto broken = [](const Decision& decision) {
        const Refusal* refusal = std::get_if<Refusal>(&decision);
        return refusal == nullptr || refusal->violations.empty() ? "" : refusal->violations.front().type;
    };
    Past decided(Ready());
    const std::string raised = decided.Add(Raised());
    for (const ev::Fact& fact : AllEvidence()) decided.Add(fact);
    const std::string accepted = decided.Add(Accepted(On(2025, 9, 29)));
    EXPECT_EQ(broken(decided.Correct(accepted, Accepted(On(2025, 8, 31)))), "STARTS_BEFORE_RAISED");
    EXPECT_EQ(broken(decided.Correct(raised, At(AddDays(kToday, 1), Raised()))), "DECIDED_BEFORE_RAISED");

    Past opening({SchoolRegistered()});
    const std::string opened = opening.Add(ProvisionOpened());
    opening.Add(StrandAdded());
    EXPECT_EQ(broken(opening.Correct(opened, At(On(2025, 9, 2), ProvisionOpened()))), "DATED_BEFORE_OPENED");

    Past birth({SchoolRegistered()});
    ev::Fact unborn = PupilRegistered();
    const std::string registered = birth.Add(unborn);
    *unborn.mutable_pupil()->mutable_registered()->mutable_date_of_birth() = ToDate(On(2025, 9, 2));
    EXPECT_EQ(broken(birth.Correct(registered, unborn)), "REGISTERED_BEFORE_BIRTH");
}

TEST(CorrectFactTest, RefusesOtherIdsAndListsEach) {
    Past past(Ready());
    const std::string raised = past.Add(Raised());
    ev::Fact corrected = Raised(kOtherReferral, kOtherStrand);
    const std::vector<std::string> ids = {"ENTRY_IDS_FIXED referral_id", "ENTRY_IDS_FIXED strand_id"};
    EXPECT_THAT(past.Correct(raised, corrected), RefusedFor("ENTRY_IDS_FIXED", ids));
}

TEST(CorrectFactTest, RefusesAnotherKindOfFact) {
    Past past(Ready());
    const std::string raised = past.Add(Raised());
    EXPECT_THAT(past.Correct(raised, Declined()), Refused("ENTRY_OF_OTHER_TYPE"));
}

TEST(CorrectFactTest, RefusesACorrectionThatChangesNothing) {
    Past past(Ready());
    const std::string raised = past.Add(Raised());
    EXPECT_THAT(past.Correct(raised, Raised()), Refused("NOTHING_CORRECTED"));
}

TEST(CorrectFactTest, RefusesWhatIsUnknownAnnulledOrErased) {
    Past past(Ready());
    const std::string raised = past.Add(Raised());
    EXPECT_THAT(past.Correct(kNewId, WithConcern("x")), Refused("ENTRY_UNKNOWN"));
    past.Entry(raised).standing = Standing::kAnnulled;
    EXPECT_THAT(past.Correct(raised, WithConcern("x")), Refused("ENTRY_ANNULLED"));
    past.Entry(raised).standing = Standing::kErased;
    past.Entry(raised).fact.reset();
    EXPECT_THAT(past.Correct(raised, WithConcern("x")), Refused("ENTRY_ERASED"));
}

TEST(CorrectFactTest, NamesTheLaterEntryWhoseRuleItWouldBreak) {
    Past past(Join({Ready(), {Raised()}}));
    std::string mentoring;
    for (const ev::Fact& fact : AllEvidence()) {
        const std::string event = past.Add(fact);
        if (fact.referral().prior_support_recorded().kind() == ev::PRIOR_SUPPORT_KIND_MENTORING) mentoring = event;
    }
    const std::string accepted = past.Add(Accepted(kToday));
    const ev::Fact other_kind = Supported(ev::PRIOR_SUPPORT_KIND_TIME_OUT_CARD);
    const Decision outcome = past.Correct(mentoring, other_kind);
    ASSERT_THAT(outcome, Refused("CORRECTION_BREAKS_RULE"));
    ASSERT_EQ(RefusalOf(outcome).violations.size(), 1U);
    EXPECT_EQ(RefusalOf(outcome).violations[0].type, "PRIOR_SUPPORT");
    EXPECT_EQ(RefusalOf(outcome).violations[0].subject, accepted);
    EXPECT_THAT(RefusalOf(outcome).violations[0].description, HasSubstr("ReferralAccepted of 29 September 2025"));
    EXPECT_THAT(RefusalOf(outcome).violations[0].description, HasSubstr("PRIOR_SUPPORT_KIND_MENTORING"));
}

TEST(CorrectFactTest, AllowsTheSameChangeWhileNothingStandsOnIt) {
    Past past(Join({Ready(), {Raised()}}));
    const std::string mentoring = past.Add(Supported(ev::PRIOR_SUPPORT_KIND_MENTORING));
    EXPECT_THAT(past.Correct(mentoring, Supported(ev::PRIOR_SUPPORT_KIND_TIME_OUT_CARD)), Adds("FactCorrected"));
}

TEST(CorrectFactTest, AsksTheEntrysOwnRuleAgain) {
    Past past(Join({Ready(), {Raised()}, AllEvidence()}));
    const std::string accepted = past.Add(Accepted(kToday));
    EXPECT_THAT(past.Correct(accepted, Accepted(AddDays(kToday, 7))), Adds("FactCorrected"));
    const Decision outcome = past.Correct(accepted, Accepted(AddDays(kToday, -1)));
    ASSERT_THAT(outcome, Refused("CORRECTION_BREAKS_RULE"));
    EXPECT_EQ(RefusalOf(outcome).violations[0].type, "LEAD_TIME");
    EXPECT_EQ(RefusalOf(outcome).violations[0].subject, accepted);
}

TEST(CorrectFactTest, HoldsAViewAgainstTheRolesOfWhoGaveItNotOfWhoCorrectsIt) {
    Past past(Join({Ready(), {Raised()}}));
    const std::string view = past.Add(ViewGiven(ev::STAFF_ROLE_SENCO));
    ev::Fact other_role = ViewGiven(ev::STAFF_ROLE_SENCO);
    other_role.mutable_referral()->mutable_professional_view_given()->set_role(ev::STAFF_ROLE_SENIOR_LEADER);
    const Decision outcome = past.Correct(view, other_role, SeniorLeader());
    ASSERT_THAT(outcome, Refused("CORRECTION_BREAKS_RULE"));
    EXPECT_EQ(RefusalOf(outcome).violations[0].type, "ROLE_NOT_HELD");
}

TEST(CorrectFactTest, DoesNotHoldAgainstACorrectionWhatWasBrokenBefore) {
    // The school's criteria were put right after the referral was accepted: its support is too little now.
    Past past(
        Join({{SchoolRegistered(), ProvisionOpened(), StrandAdded(), CriteriaSet(), PupilRegistered()}, {Raised()}}));
    const std::string accepted = past.Add(Accepted(kToday));
    ev::Fact words = Accepted(kToday);
    words.mutable_referral()->mutable_accepted()->set_reasons("In better words");
    EXPECT_THAT(past.Correct(accepted, words), Adds("FactCorrected"));
}

TEST(CorrectFactTest, LeavesOverridesToSeniorLeaders) {
    Past past(Join({Ready(), {Raised()}}));
    ev::Fact accepted = Accepted(kToday);
    for (const auto role : {ev::STAFF_ROLE_SENCO, ev::STAFF_ROLE_IAP_LEAD}) {
        *accepted.mutable_referral()->mutable_accepted()->add_overrides() = OverrideView(role);
    }
    const std::string event = past.Add(accepted);
    accepted.mutable_referral()->mutable_accepted()->mutable_overrides(0)->set_reason("Another reason");
    EXPECT_THAT(past.Correct(event, accepted, Senco()), Refused("OVERRIDE_NEEDS_SENIOR_LEADER"));
    EXPECT_THAT(past.Correct(event, accepted, Head()), Adds("FactCorrected"));
}

TEST(CorrectFactTest, RefusesAnotherUrn) {
    Past past;
    const std::string registered = past.Add(SchoolRegistered());
    ev::Fact other = SchoolRegistered();
    other.mutable_school()->mutable_registered()->set_urn("654321");
    EXPECT_THAT(past.Correct(registered, other), Refused("URN_IS_FIXED"));
    other.mutable_school()->mutable_registered()->set_urn(kUrn);
    other.mutable_school()->mutable_registered()->set_name("Riverside Academy");
    EXPECT_THAT(past.Correct(registered, other), Adds("FactCorrected"));
}

TEST(CorrectFactTest, RefusesToTakeAwayAPurposeThatAnOperatingModelIsSetFor) {
    Past past({SchoolRegistered(), ProvisionOpened()});
    const std::string strand = past.Add(StrandAdded());
    past.Add(LeadTimeSet(28));
    ev::Fact nurture_only = StrandAdded();
    nurture_only.mutable_provision()->mutable_strand_added()->clear_purposes();
    nurture_only.mutable_provision()->mutable_strand_added()->add_purposes(ev::PLACEMENT_PURPOSE_NURTURE);
    EXPECT_THAT(past.Correct(strand, nurture_only), Refused("CORRECTION_BREAKS_RULE"));
}

TEST(CorrectFactTest, AllowsAnotherUpn) {
    Past past({SchoolRegistered()});
    const std::string registered = past.Add(PupilRegistered());
    ev::Fact other = PupilRegistered();
    other.mutable_pupil()->mutable_registered()->set_upn(kOtherUpn);
    EXPECT_THAT(past.Correct(registered, other), Adds("FactCorrected"));
}

TEST(AnnulFactTest, AnnulsWhatNothingStandsOn) {
    Past past(Join({Ready(), {Raised()}}));
    const std::string view = past.Add(ViewGiven(ev::STAFF_ROLE_SENCO));
    const Decision outcome = past.Annul(view);
    ASSERT_THAT(outcome, Adds("FactAnnulled"));
    EXPECT_EQ(OnlyFact(outcome).fact.correction().annulled().event_id(), view);
    EXPECT_EQ(ToString(OnlyFact(outcome).puts_right->uuid), view);
}

TEST(AnnulFactTest, RefusesARegistrationOnWhichAReferralStands) {
    Past past({SchoolRegistered(), ProvisionOpened(), StrandAdded(), CriteriaSet()});
    const std::string registered = past.Add(PupilRegistered());
    EXPECT_THAT(past.Annul(registered), Adds("FactAnnulled"));
    past.Add(Raised());
    EXPECT_THAT(past.Annul(registered), Refused("CORRECTION_BREAKS_RULE"));
}

TEST(AnnulFactTest, RefusesAReferralThatWasGoneOnWithAndNamesEveryEntry) {
    Past past(Ready());
    const std::string raised = past.Add(Raised());
    past.Add(ViewGiven(ev::STAFF_ROLE_SENCO));
    past.Add(Declined());
    const Decision outcome = past.Annul(raised);
    ASSERT_THAT(outcome, Refused("CORRECTION_BREAKS_RULE"));
    EXPECT_EQ(RefusalOf(outcome).violations.size(), 2U);
}

TEST(AnnulFactTest, RefusesToReopenAReferralBesideAnotherThatIsOpen) {
    Past past(Join({Ready(), {Raised()}}));
    const std::string declined = past.Add(Declined());
    EXPECT_THAT(past.Annul(declined), Adds("FactAnnulled"));
    past.Add(Raised(kOtherReferral));
    const Decision outcome = past.Annul(declined);
    ASSERT_THAT(outcome, Refused("CORRECTION_BREAKS_RULE"));
    EXPECT_EQ(RefusalOf(outcome).violations[0].type, "OPEN_REFERRAL_EXISTS");
}

TEST(AnnulFactTest, RefusesASecondAnnulment) {
    Past past(Ready());
    const std::string raised = past.Add(Raised());
    past.Entry(raised).standing = Standing::kAnnulled;
    EXPECT_THAT(past.Annul(raised), Refused("ENTRY_ANNULLED"));
}

TEST(AnnulFactTest, RefusesAStrandAndCriteriaOnWhichReferralsOfPupilsStand) {
    Past past({SchoolRegistered(), ProvisionOpened()});
    const std::string strand = past.Add(StrandAdded());
    const std::string criteria = past.Add(CriteriaSet());
    EXPECT_THAT(past.Annul(criteria), Adds("FactAnnulled"));
    past.Add(Raised());
    const std::string later = past.Add(NoCriteriaSet("c0000000-0000-4000-8000-000000000009"));
    EXPECT_THAT(past.Annul(strand), Refused("ENTRY_IN_USE"));
    EXPECT_THAT(past.Annul(criteria), Refused("ENTRY_IN_USE"));
    EXPECT_THAT(past.Annul(later), Adds("FactAnnulled")) << "no referral was raised under this version";
}

TEST(AnnulFactTest, DoesNotMakeRoomBecauseAPupilWasErased) {
    Past past({SchoolRegistered(), ProvisionOpened(), StrandAdded()});
    const std::string criteria = past.Add(CriteriaSet());
    const std::string raised = past.Add(Raised());
    past.Entry(raised).standing = Standing::kErased;
    past.Entry(raised).fact.reset();
    EXPECT_THAT(past.Annul(criteria), Refused("ENTRY_IN_USE"));
}

TEST(AnnulFactTest, RefusesASchoolInWhichPupilsAreRegistered) {
    Past past;
    const std::string school = past.Add(SchoolRegistered());
    EXPECT_THAT(past.Annul(school), Adds("FactAnnulled"));
    past.Add(PupilRegistered());
    EXPECT_THAT(past.Annul(school), Refused("ENTRY_IN_USE"));
}

}  // namespace
}  // namespace throughline
