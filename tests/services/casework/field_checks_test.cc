// The checks that all fields share.
#include "services/casework/field_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/services/casework/story.h"

namespace throughline {
namespace {

using namespace story;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> Fields(const FieldChecks& checks) {
    std::vector<std::string> fields;
    for (const FieldViolation& violation : checks.violations()) fields.push_back(violation.field);
    return fields;
}

TEST(FieldChecksTest, CountsCharactersNotBytes) {
    FieldChecks checks(kToday);
    std::string hundred;
    for (int i = 0; i < 100; ++i) hundred += "ŵ";
    checks.Line("welsh", hundred, kName);
    EXPECT_TRUE(checks.violations().empty());
    checks.Line("welsh", hundred + "ŵ", kName);
    checks.Line("emoji", "👩‍🏫", {1, 3});
    EXPECT_THAT(Fields(checks), ElementsAre("welsh"));
}

TEST(FieldChecksTest, RefusesEmptyAndBlankTextsWhereOneIsNeeded) {
    FieldChecks checks(kToday);
    checks.Line("empty", "", kName);
    checks.Prose("blank", " \n\t ", kAccount);
    checks.Prose("optional", "", kOptionalAccount);
    EXPECT_THAT(Fields(checks), ElementsAre("empty", "blank"));
}

TEST(FieldChecksTest, RefusesControlCharactersAndHiddenDirections) {
    FieldChecks checks(kToday);
    checks.Line("line break", "a\nb", kName);
    checks.Line("nul", std::string("a\0b", 3), kName);
    checks.Line("escape", "a\x1b[31mb", kName);
    checks.Line("delete", "a\x7f", kName);
    checks.Line("c1", "a\xc2\x85", kName);
    checks.Line("right to left", "a\xe2\x80\xae", kName);
    checks.Prose("prose may break lines", "a\r\n\tb", kAccount);
    checks.Prose("bell", "a\a", kAccount);
    EXPECT_THAT(Fields(checks), ElementsAre("line break", "nul", "escape", "delete", "c1", "right to left", "bell"));
}

TEST(FieldChecksTest, DoesNotLookIntoWhatIsFarTooLong) {
    FieldChecks checks(kToday);
    checks.Prose("ten_mebibytes", std::string(10 * 1024 * 1024, 'a'), kAccount);
    EXPECT_THAT(Fields(checks), ElementsAre("ten_mebibytes"));
}

TEST(FieldChecksTest, RefusesUnspecifiedAndUnknownEnumValues) {
    FieldChecks checks(kToday);
    checks.Choice("unspecified", ev::STAFF_ROLE_UNSPECIFIED);
    checks.Choice("unknown", static_cast<ev::StaffRole>(99));
    checks.Choice("negative", static_cast<ev::StaffRole>(-1));
    checks.Choice("known", ev::STAFF_ROLE_DSL);
    EXPECT_THAT(Fields(checks), ElementsAre("unspecified", "unknown", "negative"));
}

TEST(FieldChecksTest, RefusesListsThatAreEmptyOrRepeatAValue) {
    FieldChecks checks(kToday);
    cw::AddMemberOfStaffRequest request;
    checks.Choices<ev::StaffRole>("none", request.roles(), 1);
    request.add_roles(ev::STAFF_ROLE_DSL);
    request.add_roles(ev::STAFF_ROLE_DSL);
    checks.Choices<ev::StaffRole>("twice", request.roles(), 1);
    for (int i = 0; i < 100'000; ++i) request.add_roles(ev::STAFF_ROLE_DSL);
    checks.Choices<ev::StaffRole>("far too many", request.roles(), 1);
    EXPECT_THAT(Fields(checks), ElementsAre("none", "twice[1]", "far too many"));
}

TEST(FieldChecksTest, ListsWhatItFindsInNestedMessagesUnderTheirPath) {
    FieldChecks checks(kToday);
    FieldChecks nested = checks.In("corrected").In("pupil");
    nested.Digits("urn", "12345a", 6);
    EXPECT_THAT(Fields(checks), ElementsAre("corrected.pupil.urn"));
}

TEST(FieldChecksTest, KnowsTheFutureFromToday) {
    FieldChecks checks(kToday);
    checks.PastDate("today", true, ToDate(kToday));
    checks.PastDate("tomorrow", true, ToDate(AddDays(kToday, 1)));
    checks.PastDate("absent", false, {});
    checks.Date("any day", true, ToDate(AddDays(kToday, 1'000)));
    EXPECT_THAT(Fields(checks), ElementsAre("tomorrow", "absent"));
}

TEST(FieldChecksTest, TellsWhatAFieldShouldBeAndNeverWhatItWas) {
    FieldChecks checks(kToday);
    checks.Line("name", "Canary\nName", kName);
    checks.Id("pupil_id", "Canary");
    checks.Digits("urn", "Canary", 6);
    checks.Number("days", -424242, 0, 366);
    const absl::Status status = checks.ToStatus();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), testing::Not(HasSubstr("Canary")));
    EXPECT_THAT(std::string(status.message()), testing::Not(HasSubstr("424242")));
    EXPECT_EQ(FieldViolationsOf(status).size(), 4U);
}

TEST(FieldChecksTest, BoundsItsList) {
    FieldChecks checks(kToday);
    for (int i = 0; i < 1'000; ++i) checks.Require(false, "field", "is wrong");
    EXPECT_EQ(checks.violations().size(), 100U);
}

TEST(CanonicalIdTest, WritesIdsInLowerCase) {
    EXPECT_EQ(CanonicalId("4E000000-0000-4000-8000-00000000000A"), "4e000000-0000-4000-8000-00000000000a");
}

}  // namespace
}  // namespace throughline
