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

TEST(RegisterPupilTest, RefusesADateOfBirthAfterTheDayOfTheRegistration) {
    auto command = RegisterPupil();
    *command.mutable_date_of_birth() = ToDate(On(2025, 9, 2));
    EXPECT_THAT(Given({SchoolRegistered()}).On(kStart).When(command), Refused("REGISTERED_BEFORE_BIRTH"));
}

TEST(RegisterPupilTest, RefusesAnAgeThatNoPupilHasOnTheDayOfTheRegistration) {
    const auto born = [](Day day) {
        auto command = RegisterPupil();
        *command.mutable_date_of_birth() = ToDate(day);
        return Given({SchoolRegistered()}).On(kStart).When(command);
    };
    EXPECT_THAT(born(On(2023, 9, 1)), Adds("PupilRegistered")) << "two years old today";
    EXPECT_THAT(born(On(2023, 9, 2)), Refused("AGE_NOT_PLAUSIBLE")) << "two tomorrow";
    EXPECT_THAT(born(On(1999, 9, 2)), Adds("PupilRegistered")) << "26 tomorrow";
    EXPECT_THAT(born(On(1999, 9, 1)), Refused("AGE_NOT_PLAUSIBLE")) << "26 today";
}

TEST(RegisterPupilTest, NeverRepeatsADateOfBirthInARefusal) {
    auto command = RegisterPupil();
    *command.mutable_date_of_birth() = ToDate(On(1912, 2, 29));
    const Decision outcome = Given({SchoolRegistered()}).When(command);
    ASSERT_THAT(outcome, Refused("AGE_NOT_PLAUSIBLE"));
    EXPECT_THAT(std::get<Refusal>(outcome).text, testing::Not(testing::HasSubstr("1912")));
}

}  // namespace
}  // namespace throughline
