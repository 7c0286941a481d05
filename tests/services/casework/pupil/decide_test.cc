// Decisions about a pupil's own record.
#include <gtest/gtest.h>

#include "tests/services/casework/given.h"

namespace throughline {
namespace {

using namespace story;
using testing::UnorderedElementsAre;

TEST(RegisterPupilTest, RegistersAPupilUnderTheSubjectOfTheUpn) {
    const Decision outcome = Given({SchoolRegistered()}).When(RegisterPupil());
    ASSERT_THAT(outcome, Adds("PupilRegistered"));
    EXPECT_EQ(OnlyFact(outcome).fact.pupil().registered().pupil_id(), kNewId);
    EXPECT_EQ(OnlyFact(outcome).fact.pupil().registered().upn(), kUpn);
    EXPECT_EQ(OnlyFact(outcome).subject_id, kNewId);
    EXPECT_THAT(OnlyFact(outcome).tags, UnorderedElementsAre("pupil:" + kNewId, "school:" + kSchool));
}

TEST(RegisterPupilTest, RefusesAUpnThatIsRegistered) {
    EXPECT_THAT(Given({SchoolRegistered(), PupilRegistered()}).When(RegisterPupil()),
                Refused("UPN_ALREADY_REGISTERED"));
}

TEST(RegisterPupilTest, RefusesASchoolThatIsNotRegistered) {
    EXPECT_THAT(Given({}).When(RegisterPupil()), Refused("SCHOOL_NOT_REGISTERED"));
}

}  // namespace
}  // namespace throughline
