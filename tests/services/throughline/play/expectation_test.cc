// What a story tells of a refusal is compared gap by gap with what the server said.
#include "services/throughline/play/expectation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

using ::testing::HasSubstr;

absl::Status Incomplete() {
    const std::vector<RuleViolation> violations = {
        {.type = "PROFESSIONAL_VIEW", .subject = "STAFF_ROLE_SENCO", .description = "ask"},
        {.type = "LEAD_TIME", .subject = "28", .description = "later"}};
    return RuleError("REFERRAL_INCOMPLETE", "two gaps", violations);
}

Expectation Told(std::vector<std::string> gaps) {
    return {.refused = true, .reason = "REFERRAL_INCOMPLETE", .gaps = std::move(gaps)};
}

TEST(ExpectationTest, HoldsWhereEveryGapIsToldInAnyOrder) {
    EXPECT_EQ(DifferenceFrom(Told({"LEAD_TIME", "PROFESSIONAL_VIEW SENCO"}), Incomplete()), "");
}

TEST(ExpectationTest, NamesAGapThatWasToldAndIsNotThere) {
    EXPECT_THAT(DifferenceFrom(Told({"LEAD_TIME", "PROFESSIONAL_VIEW DSL"}), Incomplete()),
                HasSubstr("the gap PROFESSIONAL_VIEW DSL was to be named"));
}

TEST(ExpectationTest, NamesAGapThatTheStoryDoesNotTell) {
    EXPECT_THAT(DifferenceFrom(Told({"LEAD_TIME"}), Incomplete()), HasSubstr("PROFESSIONAL_VIEW STAFF_ROLE_SENCO"));
}

TEST(ExpectationTest, ComparesTheReason) {
    EXPECT_THAT(DifferenceFrom({.refused = true, .reason = "NOT_OPEN", .gaps = {}}, Incomplete()),
                HasSubstr("was refused with REFERRAL_INCOMPLETE"));
}

TEST(ExpectationTest, TakesTheCodeWhereThereIsNoReason) {
    EXPECT_EQ(RefusalOf(absl::PermissionDeniedError("no")), "PERMISSION_DENIED");
}

TEST(ExpectationTest, SaysThatARefusalWasNotToldAtAll) {
    EXPECT_THAT(DifferenceFrom(Expectation{}, Incomplete()), HasSubstr("it was to be accepted"));
}

}  // namespace
}  // namespace throughline
