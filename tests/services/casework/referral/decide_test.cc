// Decisions of a referral: raising, the graduated response, views, accepting with every gap at once, declining.
#include <gtest/gtest.h>

#include "tests/services/casework/given.h"

namespace throughline {
namespace {

using namespace story;
using testing::ElementsAre;
using testing::UnorderedElementsAre;
using Violations = std::vector<std::string>;

const Day kAfterLeadTime = On(2025, 9, 29);

Given ReadyAnd(std::vector<ev::Fact> more) {
    return Given(Join({Ready(), std::move(more)}));
}
Given Complete() {
    return ReadyAnd(Join({{Raised()}, AllEvidence()}));
}

TEST(RaiseReferralTest, RaisesUnderTheLatestCriteria) {
    const std::string later = "c0000000-0000-4000-8000-000000000009";
    const Decision outcome = ReadyAnd({NoCriteriaSet(later)}).By(Senco()).When(RaiseReferral());
    ASSERT_THAT(outcome, Adds("ReferralRaised"));
    const ev::ReferralRaised raised = OnlyFact(outcome).fact.referral().raised();
    EXPECT_EQ(raised.referral_id(), kNewId);
    EXPECT_EQ(raised.criteria_id(), later);
    EXPECT_EQ(OnlyFact(outcome).subject_id, kPupil);
    EXPECT_THAT(OnlyFact(outcome).tags,
                UnorderedElementsAre("pupil:" + kPupil, "referral:" + kNewId, "strand:" + kStrand));
}

TEST(RaiseReferralTest, RefusesAStrandWithoutCriteria) {
    EXPECT_THAT(Given({SchoolRegistered(), ProvisionOpened(), StrandAdded(), PupilRegistered()}).When(RaiseReferral()),
                Refused("CRITERIA_NOT_SET"));
}

TEST(RaiseReferralTest, RefusesASecondOpenReferralToTheSameStrand) {
    const Violations violations = {"OPEN_REFERRAL_EXISTS " + kReferral};
    EXPECT_THAT(ReadyAnd({Raised()}).When(RaiseReferral()), RefusedFor("OPEN_REFERRAL_EXISTS", violations));
}

TEST(RaiseReferralTest, AllowsOneBesideAnOpenReferralToAnotherStrandOrAClosedOne) {
    EXPECT_THAT(ReadyAnd({StrandAdded(kOtherStrand, "KS4"), Raised(kReferral, kOtherStrand)}).When(RaiseReferral()),
                Adds("ReferralRaised"));
    EXPECT_THAT(ReadyAnd({Raised(), Declined()}).When(RaiseReferral()), Adds("ReferralRaised"));
    EXPECT_THAT(Complete().And(Accepted(kAfterLeadTime)).When(RaiseReferral()), Adds("ReferralRaised"));
}

TEST(RaiseReferralTest, RefusesAPupilWhoIsNotRegisteredAndAStrandThatIsUnknownOrAnotherSchools) {
    EXPECT_THAT(Given({ProvisionOpened(), StrandAdded(), CriteriaSet()}).When(RaiseReferral()),
                Refused("PUPIL_NOT_REGISTERED"));
    EXPECT_THAT(ReadyAnd({}).When(RaiseReferral(kOtherStrand)), Refused("STRAND_UNKNOWN"));
    EXPECT_THAT(
        Given({ProvisionOpened(kOtherSchool), StrandAdded(), CriteriaSet(), PupilRegistered()}).When(RaiseReferral()),
        Refused("STRAND_OF_OTHER_SCHOOL"));
}

TEST(RecordPriorSupportTest, RecordsSupportOfAnOpenReferral) {
    const Decision outcome = ReadyAnd({Raised()}).When(RecordPriorSupport(ev::PRIOR_SUPPORT_KIND_MENTORING));
    ASSERT_THAT(outcome, Adds("PriorSupportRecorded"));
    EXPECT_EQ(OnlyFact(outcome).fact.referral().prior_support_recorded().pupil_id(), kPupil);
    EXPECT_THAT(OnlyFact(outcome).tags, UnorderedElementsAre("pupil:" + kPupil, "referral:" + kReferral));
}

TEST(RecordPriorSupportTest, RefusesAReferralThatIsDecidedOrUnknown) {
    EXPECT_THAT(ReadyAnd({Raised(), Declined()}).When(RecordPriorSupport(ev::PRIOR_SUPPORT_KIND_MENTORING)),
                Refused("REFERRAL_NOT_OPEN"));
    EXPECT_THAT(ReadyAnd({}).When(RecordPriorSupport(ev::PRIOR_SUPPORT_KIND_MENTORING)), Refused("REFERRAL_UNKNOWN"));
}

TEST(GiveProfessionalViewTest, TakesAViewInEachRoleThatThePersonHolds) {
    const ev::Actor both = Person("both", {ev::STAFF_ROLE_SENCO, ev::STAFF_ROLE_DSL});
    EXPECT_THAT(ReadyAnd({Raised()}).By(both).When(GiveProfessionalView(ev::STAFF_ROLE_SENCO)),
                Adds("ProfessionalViewGiven"));
    EXPECT_THAT(ReadyAnd({Raised()}).By(both).When(GiveProfessionalView(ev::STAFF_ROLE_DSL)),
                Adds("ProfessionalViewGiven"));
}

TEST(GiveProfessionalViewTest, RefusesARoleThatThePersonDoesNotHold) {
    EXPECT_THAT(ReadyAnd({Raised()}).By(Senco()).When(GiveProfessionalView(ev::STAFF_ROLE_DSL)),
                Refused("ROLE_NOT_HELD"));
}

TEST(GiveProfessionalViewTest, LetsTheHeadSpeakAsASeniorLeaderButNotTheReverse) {
    EXPECT_THAT(ReadyAnd({Raised()}).By(Head()).When(GiveProfessionalView(ev::STAFF_ROLE_SENIOR_LEADER)),
                Adds("ProfessionalViewGiven"));
    EXPECT_THAT(ReadyAnd({Raised()}).By(SeniorLeader()).When(GiveProfessionalView(ev::STAFF_ROLE_HEADTEACHER)),
                Refused("ROLE_NOT_HELD"));
}

TEST(AcceptReferralTest, AcceptsWhatHasAllThatItsCriteriaRequire) {
    const Decision outcome = Complete().By(IapLead()).When(AcceptReferral(kAfterLeadTime));
    ASSERT_THAT(outcome, Adds("ReferralAccepted"));
    EXPECT_EQ(OnlyFact(outcome).fact.referral().accepted().pupil_id(), kPupil);
    EXPECT_EQ(ToDay(OnlyFact(outcome).fact.referral().accepted().start_on()), kAfterLeadTime);
}

TEST(AcceptReferralTest, NamesEveryGapAtOnce) {
    const Decision outcome =
        ReadyAnd({Raised(), Supported(ev::PRIOR_SUPPORT_KIND_MENTORING), ViewGiven(ev::STAFF_ROLE_SENCO)})
            .When(AcceptReferral(On(2025, 9, 8)));
    const Violations gaps = {"PRIOR_SUPPORT PRIOR_SUPPORT_KIND_SEN_ASSESSMENT", "PRIOR_SUPPORT_ITEMS 1 of 3",
                             "PROFESSIONAL_VIEW STAFF_ROLE_IAP_LEAD", "LEAD_TIME 2025-09-29"};
    EXPECT_THAT(outcome, RefusedFor("REFERRAL_HAS_GAPS", gaps));
}

TEST(AcceptReferralTest, DoesNotCountSupportThatNobodyEvaluated) {
    const Violations gaps = {"PRIOR_SUPPORT PRIOR_SUPPORT_KIND_MENTORING", "PRIOR_SUPPORT_ITEMS 2 of 3"};
    EXPECT_THAT(ReadyAnd({Raised(), Supported(ev::PRIOR_SUPPORT_KIND_SEN_ASSESSMENT),
                          Supported(ev::PRIOR_SUPPORT_KIND_MENTORING, ""), Supported(ev::PRIOR_SUPPORT_KIND_OTHER),
                          ViewGiven(ev::STAFF_ROLE_SENCO), ViewGiven(ev::STAFF_ROLE_IAP_LEAD)})
                    .When(AcceptReferral(kAfterLeadTime)),
                RefusedFor("REFERRAL_HAS_GAPS", gaps));
}

TEST(AcceptReferralTest, CountsDaysFromTheDayOfRaisingToTheFirstDay) {
    EXPECT_THAT(Complete().When(AcceptReferral(On(2025, 9, 29))), Adds("ReferralAccepted")) << "28 days after";
    const Violations gaps = {"LEAD_TIME 2025-09-29"};
    EXPECT_THAT(Complete().When(AcceptReferral(On(2025, 9, 28))), RefusedFor("REFERRAL_HAS_GAPS", gaps));
}

TEST(AcceptReferralTest, AsksForTheLeadTimeOfThePurpose) {
    auto command = AcceptReferral(On(2025, 9, 1));
    command.set_purpose(ev::PLACEMENT_PURPOSE_NURTURE);
    EXPECT_THAT(Complete().When(command), Adds("ReferralAccepted")) << "no lead time was set for nurture";
    EXPECT_THAT(Complete().And(LeadTimeSet(7, ev::PLACEMENT_PURPOSE_NURTURE)).When(command),
                Refused("REFERRAL_HAS_GAPS"));
}

TEST(AcceptReferralTest, HoldsAReferralAgainstTheCriteriaItWasRaisedUnder) {
    const std::string later = "c0000000-0000-4000-8000-000000000009";
    EXPECT_THAT(ReadyAnd({Raised(), NoCriteriaSet(later)}).When(AcceptReferral(kAfterLeadTime)),
                Refused("REFERRAL_HAS_GAPS"));
}

TEST(AcceptReferralTest, RefusesAPurposeThatTheStrandDoesNotOffer) {
    auto command = AcceptReferral(kAfterLeadTime);
    command.set_purpose(ev::PLACEMENT_PURPOSE_SOFT_START);
    EXPECT_THAT(Complete().When(command), Refused("PURPOSE_NOT_OFFERED"));
}

TEST(AcceptReferralTest, LetsASeniorLeaderOrTheHeadOverrideNamedGaps) {
    auto command = AcceptReferral(On(2025, 9, 8));
    *command.add_overrides() = OverrideView(ev::STAFF_ROLE_IAP_LEAD);
    *command.add_overrides() = OverrideOf(ev::GAP_KIND_LEAD_TIME);
    const std::vector<ev::Fact> facts =
        Join({{Raised()},
              {Supported(ev::PRIOR_SUPPORT_KIND_SEN_ASSESSMENT), Supported(ev::PRIOR_SUPPORT_KIND_MENTORING),
               Supported(ev::PRIOR_SUPPORT_KIND_OTHER), ViewGiven(ev::STAFF_ROLE_SENCO)}});
    for (const ev::Actor& actor : {SeniorLeader(), Head()}) {
        const Decision outcome = ReadyAnd(facts).By(actor).When(command);
        ASSERT_THAT(outcome, Adds("ReferralAccepted"));
        EXPECT_EQ(OnlyFact(outcome).fact.referral().accepted().overrides_size(), 2);
    }
    EXPECT_THAT(ReadyAnd(facts).By(IapLead()).When(command), Refused("OVERRIDE_NEEDS_SENIOR_LEADER"));
}

TEST(AcceptReferralTest, StillNamesTheGapsThatNoOverrideNames) {
    auto command = AcceptReferral(kAfterLeadTime);
    *command.add_overrides() = OverrideSupport(ev::PRIOR_SUPPORT_KIND_MENTORING);
    const Violations gaps = {"PRIOR_SUPPORT PRIOR_SUPPORT_KIND_SEN_ASSESSMENT", "PRIOR_SUPPORT_ITEMS 0 of 3",
                             "PROFESSIONAL_VIEW STAFF_ROLE_SENCO", "PROFESSIONAL_VIEW STAFF_ROLE_IAP_LEAD"};
    EXPECT_THAT(ReadyAnd({Raised()}).When(command), RefusedFor("REFERRAL_HAS_GAPS", gaps));
}

TEST(AcceptReferralTest, RefusesAnOverrideOfAGapThatIsNotOpen) {
    auto command = AcceptReferral(kAfterLeadTime);
    *command.add_overrides() = OverrideView(ev::STAFF_ROLE_SENCO);
    *command.add_overrides() = OverrideOf(ev::GAP_KIND_LEAD_TIME);
    const Violations violations = {"OVERRIDE_OF_NO_GAP PROFESSIONAL_VIEW", "OVERRIDE_OF_NO_GAP LEAD_TIME"};
    EXPECT_THAT(Complete().When(command), RefusedFor("OVERRIDE_OF_NO_GAP", violations));
}

TEST(AcceptReferralTest, TakesTheHeadsViewForASeniorLeaders) {
    ev::Fact criteria = NoCriteriaSet();
    criteria.mutable_provision()->mutable_referral_criteria_set()->add_required_views(ev::STAFF_ROLE_SENIOR_LEADER);
    const std::vector<ev::Fact> facts = {SchoolRegistered(), ProvisionOpened(), StrandAdded(),
                                         criteria,           PupilRegistered(), Raised()};
    EXPECT_THAT(Given(facts).When(AcceptReferral()), Refused("REFERRAL_HAS_GAPS"));
    EXPECT_THAT(Given(facts).And(ViewGiven(ev::STAFF_ROLE_HEADTEACHER)).When(AcceptReferral()),
                Adds("ReferralAccepted"));
}

TEST(AcceptReferralTest, RefusesAReferralThatWasDecided) {
    EXPECT_THAT(Complete().And(Declined()).When(AcceptReferral()), Refused("REFERRAL_NOT_OPEN"));
    EXPECT_THAT(Complete().And(Accepted(kAfterLeadTime)).When(AcceptReferral()), Refused("REFERRAL_NOT_OPEN"));
}

TEST(AcceptReferralTest, RefusesADayBeforeTheReferralWasRaised) {
    EXPECT_THAT(Complete().On(On(2025, 8, 31)).When(AcceptReferral()), Refused("DECIDED_BEFORE_RAISED"));
    EXPECT_THAT(Complete().On(On(2025, 9, 1)).When(AcceptReferral()), Adds("ReferralAccepted"));
}

TEST(DeclineReferralTest, EndsAnOpenReferralWhateverIsMissing) {
    EXPECT_THAT(ReadyAnd({Raised()}).When(DeclineReferral()), Adds("ReferralDeclined"));
}

TEST(DeclineReferralTest, RefusesAReferralThatWasDecided) {
    EXPECT_THAT(ReadyAnd({Raised(), Declined()}).When(DeclineReferral()), Refused("REFERRAL_NOT_OPEN"));
}

TEST(DeclineReferralTest, RefusesADayBeforeTheReferralWasRaised) {
    EXPECT_THAT(ReadyAnd({Raised()}).On(On(2025, 8, 31)).When(DeclineReferral()), Refused("DECIDED_BEFORE_RAISED"));
}

TEST(AcceptReferralTest, RefusesAFirstDayBeforeTheReferralWasRaisedWhateverIsOverridden) {
    auto command = AcceptReferral(On(2025, 8, 31));
    *command.add_overrides() = OverrideOf(ev::GAP_KIND_LEAD_TIME);
    EXPECT_THAT(Complete().By(Head()).When(command), Refused("STARTS_BEFORE_RAISED"));
    *command.mutable_start_on() = ToDate(kStart);
    EXPECT_THAT(Complete().By(Head()).When(command), Adds("ReferralAccepted")) << "the day of raising itself";
}

TEST(RaiseReferralTest, RefusesADayBeforeThePupilWasBorn) {
    EXPECT_THAT(ReadyAnd({}).On(On(2012, 2, 28)).When(RaiseReferral()), Refused("DATED_BEFORE_BIRTH"));
}

TEST(RaiseReferralTest, AllowsADayBeforeThePupilWasRegistered) {
    EXPECT_THAT(ReadyAnd({}).On(On(2025, 8, 31)).When(RaiseReferral()), Adds("ReferralRaised"));
}

TEST(RecordPriorSupportTest, RefusesSupportThatStartedBeforeThePupilWasBorn) {
    auto command = RecordPriorSupport(ev::PRIOR_SUPPORT_KIND_MENTORING);
    *command.mutable_started_on() = ToDate(On(2012, 2, 28));
    EXPECT_THAT(ReadyAnd({Raised()}).When(command), Refused("DATED_BEFORE_BIRTH"));
    *command.mutable_started_on() = ToDate(On(2012, 2, 29));
    EXPECT_THAT(ReadyAnd({Raised()}).When(command), Adds("PriorSupportRecorded")) << "long before it was raised";
}

TEST(EvolveTest, NeverRefuses) {
    ReferralState state;
    for (const ev::Fact& fact : {Accepted(kAfterLeadTime), Declined(), Supported(ev::PRIOR_SUPPORT_KIND_OTHER),
                                 ViewGiven(ev::STAFF_ROLE_DSL), ev::Fact{}}) {
        Evolve(state, fact);
    }
    EXPECT_TRUE(state.referrals.empty());
}

}  // namespace
}  // namespace throughline
