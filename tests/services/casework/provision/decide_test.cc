// Decisions about a provision, its strands, criteria and operating models.
#include <gtest/gtest.h>

#include "tests/services/casework/given.h"

namespace throughline {
namespace {

using namespace story;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

TEST(OpenProvisionTest, OpensAProvisionInASchool) {
    const Decision outcome = Given({SchoolRegistered()}).When(OpenProvision());
    ASSERT_THAT(outcome, Adds("ProvisionOpened"));
    EXPECT_EQ(OnlyFact(outcome).fact.provision().opened().provision_id(), kNewId);
    EXPECT_EQ(OnlyFact(outcome).subject_id, kSchool);
    EXPECT_THAT(OnlyFact(outcome).tags, UnorderedElementsAre("school:" + kSchool, "provision:" + kNewId));
}

TEST(OpenProvisionTest, RefusesASchoolThatIsNotRegistered) {
    EXPECT_THAT(Given({}).When(OpenProvision()), Refused("SCHOOL_NOT_REGISTERED"));
}

TEST(AddStrandTest, AddsAStrandToItsProvision) {
    const Decision outcome = Given({ProvisionOpened()}).When(AddStrand());
    ASSERT_THAT(outcome, Adds("StrandAdded"));
    EXPECT_EQ(OnlyFact(outcome).subject_id, kSchool);
    EXPECT_THAT(OnlyFact(outcome).tags,
                UnorderedElementsAre("school:" + kSchool, "provision:" + kProvision, "strand:" + kNewId));
}

TEST(AddStrandTest, RefusesANameThatTheProvisionHas) {
    EXPECT_THAT(Given({ProvisionOpened(), StrandAdded(kStrand, "KS3")}).When(AddStrand("KS3")),
                Refused("STRAND_NAME_TAKEN"));
    EXPECT_THAT(Given({ProvisionOpened(), StrandAdded(kStrand, "KS3")}).When(AddStrand("KS4")), Adds("StrandAdded"));
}

TEST(AddStrandTest, RefusesAProvisionThatIsNotOpen) {
    EXPECT_THAT(Given({}).When(AddStrand()), Refused("PROVISION_UNKNOWN"));
}

TEST(SetReferralCriteriaTest, GivesEachVersionAnIdThatItsTagsCarry) {
    const Decision outcome = Given({ProvisionOpened(), StrandAdded(), CriteriaSet()}).When(SetReferralCriteria());
    ASSERT_THAT(outcome, Adds("ReferralCriteriaSet"));
    const ev::ReferralCriteriaSet set = OnlyFact(outcome).fact.provision().referral_criteria_set();
    EXPECT_EQ(set.criteria_id(), kNewId);
    EXPECT_EQ(set.provision_id(), kProvision);
    EXPECT_THAT(OnlyFact(outcome).tags, UnorderedElementsAre("school:" + kSchool, "provision:" + kProvision,
                                                             "strand:" + kStrand, "criteria:" + kNewId));
}

TEST(SetReferralCriteriaTest, RefusesAStrandThatIsUnknown) {
    EXPECT_THAT(Given({ProvisionOpened()}).When(SetReferralCriteria()), Refused("STRAND_UNKNOWN"));
}

TEST(SetOperatingModelTest, SetsTheLeadTimeOfOnePurpose) {
    const Decision outcome = Given({ProvisionOpened(), StrandAdded()}).When(SetOperatingModel());
    ASSERT_THAT(outcome, Adds("OperatingModelSet"));
    EXPECT_EQ(OnlyFact(outcome).fact.provision().operating_model_set().referral_lead_time_days(), 28);
    EXPECT_EQ(OnlyFact(outcome).fact.provision().operating_model_set().provision_id(), kProvision);
}

TEST(SetOperatingModelTest, RefusesAPurposeThatTheStrandDoesNotOffer) {
    auto command = SetOperatingModel();
    command.set_purpose(ev::PLACEMENT_PURPOSE_SOFT_START);
    const std::vector<std::string> violations = {"PURPOSE_NOT_OFFERED PLACEMENT_PURPOSE_SOFT_START"};
    EXPECT_THAT(Given({ProvisionOpened(), StrandAdded()}).When(command), RefusedFor("PURPOSE_NOT_OFFERED", violations));
}

TEST(AddStrandTest, RefusesADayBeforeTheProvisionOpened) {
    EXPECT_THAT(Given({ProvisionOpened()}).On(On(2025, 8, 31)).When(AddStrand()), Refused("DATED_BEFORE_OPENED"));
    EXPECT_THAT(Given({ProvisionOpened()}).On(kStart).When(AddStrand()), Adds("StrandAdded"));
}

TEST(SetReferralCriteriaTest, RefusesADayBeforeTheProvisionOpened) {
    const Given early = Given({ProvisionOpened(), StrandAdded()}).On(On(2025, 8, 31));
    EXPECT_THAT(early.When(SetReferralCriteria()), Refused("DATED_BEFORE_OPENED"));
}

TEST(SetOperatingModelTest, RefusesADayBeforeTheProvisionOpened) {
    const Given early = Given({ProvisionOpened(), StrandAdded()}).On(On(2025, 8, 31));
    EXPECT_THAT(early.When(SetOperatingModel()), Refused("DATED_BEFORE_OPENED"));
}

}  // namespace
}  // namespace throughline
