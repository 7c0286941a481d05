// Decisions about a school and its staff.
#include <gtest/gtest.h>

#include "tests/services/casework/given.h"

namespace throughline {
namespace {

using namespace story;
using testing::ElementsAre;

TEST(RegisterSchoolTest, RegistersASchoolUnderTheSubjectOfItsUrn) {
    const Decision outcome = Given({}).When(RegisterSchool());
    ASSERT_THAT(outcome, Adds("SchoolRegistered"));
    const NewFact added = OnlyFact(outcome);
    EXPECT_EQ(added.fact.school().registered().school_id(), kNewId);
    EXPECT_EQ(added.fact.school().registered().urn(), kUrn);
    EXPECT_EQ(added.subject_id, kNewId);
    EXPECT_THAT(added.tags, ElementsAre("school:" + kNewId));
    EXPECT_EQ(added.fact.actor().person_id(), "leader");
    EXPECT_EQ(Day{OccurredDay(added.fact.occurred())}, kToday);
}

TEST(RegisterSchoolTest, RefusesAUrnThatIsRegistered) {
    EXPECT_THAT(Given({SchoolRegistered()}).When(RegisterSchool()), Refused("URN_ALREADY_REGISTERED"));
}

TEST(AddMemberOfStaffTest, RecordsWhoJoinedWithTheirRoles) {
    const Decision outcome = Given({SchoolRegistered()}).When(AddMemberOfStaff());
    ASSERT_THAT(outcome, Adds("StaffJoined"));
    const NewFact added = OnlyFact(outcome);
    EXPECT_THAT(added.fact.school().staff_joined().roles(), ElementsAre(ev::STAFF_ROLE_SENCO));
    EXPECT_THAT(added.tags, ElementsAre("school:" + kSchool));
    EXPECT_EQ(added.subject_id, kSchool);
}

TEST(AddMemberOfStaffTest, RefusesASecondJoiningOfTheSamePerson) {
    EXPECT_THAT(Given({SchoolRegistered(), StaffJoined("senco")}).When(AddMemberOfStaff()),
                Refused("STAFF_ALREADY_JOINED"));
    EXPECT_THAT(Given({SchoolRegistered(), StaffJoined("somebody else")}).When(AddMemberOfStaff()),
                Adds("StaffJoined"));
}

TEST(AddMemberOfStaffTest, RefusesASchoolThatIsNotRegistered) {
    EXPECT_THAT(Given({}).When(AddMemberOfStaff()), Refused("SCHOOL_NOT_REGISTERED"));
}

}  // namespace
}  // namespace throughline
