// A timeline for a person: late, corrected, annulled and erased entries show as such.
#include "services/throughline/verbs/timeline_text.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

#include "services/throughline/verbs/timeline_query.h"

namespace throughline {
namespace {

using google::protobuf::util::TimeUtil;
using ::testing::HasSubstr;
using ::testing::Not;

views::v1::ChronologyEntry Entry() {
    views::v1::ChronologyEntry entry;
    entry.set_state(views::v1::ENTRY_STATE_RECORDED);
    entry.set_headline("Prior support: mentoring");
    entry.mutable_occurred()->mutable_on()->set_year(2025);
    entry.mutable_occurred()->mutable_on()->set_month(9);
    entry.mutable_occurred()->mutable_on()->set_day(30);
    TimeUtil::FromString("2025-10-06T14:20:00Z", entry.mutable_recorded_at());
    entry.mutable_fact()->mutable_actor()->set_name("Priya Lindqvist");
    views::v1::Detail& detail = *entry.add_details();
    detail.set_label("From");
    detail.set_text("16 September 2025");
    return entry;
}

std::string Text(const views::v1::ChronologyEntry& entry, bool synthetic = false) {
    return ToText({.title = "Pupil X", .synthetic = synthetic, .entries = {entry}, .as_known = ""}, Ink(false), 100);
}

TEST(TimelineTextTest, ShowsWhenItWasSoAndWhenItWasWrittenDown) {
    const std::string text = Text(Entry());
    EXPECT_THAT(text, HasSubstr("Tue 30 Sep 2025  Prior support: mentoring\n"));
    EXPECT_THAT(text, HasSubstr("From                  16 September 2025"));
    EXPECT_THAT(text, HasSubstr("written down Mon 06 Oct 2025 15:20, by Priya Lindqvist"));
    EXPECT_THAT(text, Not(HasSubstr("late")));
    EXPECT_THAT(text, Not(HasSubstr("ynthetic")));
}

TEST(TimelineTextTest, MarksWhatIsLateAndWhatIsSynthetic) {
    views::v1::ChronologyEntry entry = Entry();
    entry.set_late(true);
    const std::string text = Text(entry, true);
    EXPECT_THAT(text, HasSubstr(", late,"));
    EXPECT_THAT(text, HasSubstr("Synthetic: nobody in here exists."));
}

TEST(TimelineTextTest, ShowsWhatACorrectedEntrySaidAndWhyThatWasWrong) {
    views::v1::ChronologyEntry entry = Entry();
    entry.set_state(views::v1::ENTRY_STATE_CORRECTED);
    views::v1::Superseded& original = *entry.add_originals();
    original.set_reason("The diary has another day.");
    original.mutable_put_right_by()->set_name("Rowan Ashby");
    TimeUtil::FromString("2025-11-05T08:40:00Z", original.mutable_put_right_at());
    auto& support = *original.mutable_fact()->mutable_referral()->mutable_prior_support_recorded();
    support.set_kind(events::v1::PRIOR_SUPPORT_KIND_MENTORING);
    support.mutable_started_on()->set_year(2025);
    support.mutable_started_on()->set_month(9);
    support.mutable_started_on()->set_day(18);
    const std::string text = Text(entry);
    EXPECT_THAT(text, HasSubstr("[corrected]"));
    EXPECT_THAT(text, HasSubstr("put right Wed 05 Nov 2025 08:40 by Rowan Ashby: The diary has another day."));
    EXPECT_THAT(text, HasSubstr("it said: From: 18 September 2025"));
}

TEST(TimelineTextTest, StrikesAnAnnulledEntryThrough) {
    views::v1::ChronologyEntry entry = Entry();
    entry.set_state(views::v1::ENTRY_STATE_ANNULLED);
    const std::string struck =
        ToText({.title = "", .synthetic = false, .entries = {entry}, .as_known = ""}, Ink(true), 100);
    EXPECT_THAT(struck, HasSubstr("\033[9mPrior support: mentoring\033[0m"));
    EXPECT_THAT(Text(entry), HasSubstr("[annulled: counts for nothing]"));
}

TEST(TimelineTextTest, ShowsAnErasedEntryAtTheTimeItWasWrittenDown) {
    views::v1::ChronologyEntry entry;
    entry.set_state(views::v1::ENTRY_STATE_ERASED);
    entry.set_headline("Referral raised (erased)");
    TimeUtil::FromString("2025-10-06T14:20:00Z", entry.mutable_recorded_at());
    EXPECT_THAT(Text(entry), HasSubstr("Mon 06 Oct 2025  Referral raised (erased)\n"));
}

TEST(TimelineTextTest, LetsNobodyWriteEscapeCodesIntoATerminal) {
    views::v1::ChronologyEntry entry = Entry();
    entry.mutable_details(0)->set_text("\033[2Jgone");
    EXPECT_THAT(Text(entry), Not(HasSubstr("\033")));
}

TEST(AsKnownOnTest, TakesADayAsItsEndInLondonSummerAndWinter) {
    EXPECT_EQ(ToMicros(ParseAsKnownOn("2025-07-01")->end), TimeUtil::TimestampToMicroseconds([] {
                  google::protobuf::Timestamp at;
                  TimeUtil::FromString("2025-07-01T22:59:59.999999Z", &at);
                  return at;
              }()));
    EXPECT_EQ(ToMicros(ParseAsKnownOn("2025-12-01")->end), TimeUtil::TimestampToMicroseconds([] {
                  google::protobuf::Timestamp at;
                  TimeUtil::FromString("2025-12-01T23:59:59.999999Z", &at);
                  return at;
              }()));
    EXPECT_EQ(ParseAsKnownOn("2025-10-26")->end - ParseAsKnownOn("2025-10-25")->end, std::chrono::hours(25));
    EXPECT_EQ(ParseAsKnownOn("2025-03-30")->end - ParseAsKnownOn("2025-03-29")->end, std::chrono::hours(23));
}

TEST(AsKnownOnTest, TakesAnInstantAndRefusesTheRest) {
    EXPECT_TRUE(ParseAsKnownOn("2025-12-01T15:30:00Z").ok());
    EXPECT_TRUE(ParseAsKnownOn("2025-12-01T15:30:00.5+01:00").ok());
    for (const char* bad : {"", "yesterday", "2025-02-30", "2025-12-01T", "01/12/2025", "2025-12-01T25:00:00Z"}) {
        EXPECT_EQ(ParseAsKnownOn(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
    }
}

}  // namespace
}  // namespace throughline
