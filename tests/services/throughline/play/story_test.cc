// A story file is read strictly, and a mistake in it names its line.
#include "services/throughline/play/story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kCast[] = "title: T\nactors:\n  anna: {name: Anna, urn: '999001', roles: [SENCO, DSL]}\nsteps:\n";

std::string Complaint(const std::string& steps) {
    return std::string(ParseStory(kCast + steps).status().message());
}

TEST(StoryTest, ReadsActorsAndSteps) {
    const auto story = ParseStory(std::string(kCast) +
                                  "- at: 2025-09-01 09:30\n"
                                  "- as: anna\n  do: A.B\n  say: asks\n  save: {x: y}\n"
                                  "  expect: {refused: NO, gaps: [G ONE, H]}\n");
    ASSERT_TRUE(story.ok()) << story.status();
    EXPECT_THAT(story->actors.at("anna").roles, ElementsAre(events::v1::STAFF_ROLE_SENCO, events::v1::STAFF_ROLE_DSL));
    ASSERT_EQ(story->steps.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<ClockStep>(story->steps[0].what));
    const auto& call = std::get<CallStep>(story->steps[1].what);
    EXPECT_EQ(story->steps[1].line, 6);
    EXPECT_EQ(call.expect.reason, "NO");
    EXPECT_THAT(call.expect.gaps, ElementsAre("G ONE", "H"));
    EXPECT_EQ(call.save.at("x"), "y");
}

TEST(StoryTest, NamesTheLineOfAnUnknownKey) {
    EXPECT_THAT(Complaint("- as: anna\n  do: A.B\n  wiht: {}\n"), HasSubstr("line 7: 'wiht'"));
}

TEST(StoryTest, RefusesAnActorWhoIsNotInTheCast) {
    EXPECT_THAT(Complaint("- as: bert\n  do: A.B\n"), HasSubstr("line 5: 'bert' is not among the actors"));
}

TEST(StoryTest, RefusesTwoStepsWithOneLabel) {
    EXPECT_THAT(Complaint("- {as: anna, do: A.B, label: one}\n- {as: anna, do: A.B, label: one}\n"),
                HasSubstr("labelled 'one' already"));
}

TEST(StoryTest, RefusesATimeThatIsNone) {
    EXPECT_THAT(Complaint("- at: tomorrow\n"), HasSubstr("'tomorrow' is no time"));
}

TEST(StoryTest, SaysWhenThereIsNoSuchFile) {
    EXPECT_EQ(LoadStory("/nonexistent/story.yaml").status().code(), absl::StatusCode::kNotFound);
}

TEST(LondonTimeTest, IsAnHourAheadOfUtcInSummerAndEqualInWinter) {
    EXPECT_EQ(ToMicros(*ParseLondonTime("2025-07-01 01:00")) % 86'400'000'000, 0);
    EXPECT_EQ(ToMicros(*ParseLondonTime("2025-12-01")) % 86'400'000'000, 0);
    EXPECT_EQ(LondonTimeText(*ParseLondonTime("2025-07-01 09:30")), "Tue 01 Jul 2025 09:30");
}

TEST(LondonTimeTest, RefusesTheHourThatSummerTimeSkips) {
    EXPECT_FALSE(ParseLondonTime("2025-03-30 01:30").ok());
}

}  // namespace
}  // namespace throughline
