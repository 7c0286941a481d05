// Civil dates: which exist, on which day an instant falls in London, and how a day reads.
#include "projections/history/civil_date.h"

#include <gtest/gtest.h>

namespace throughline {
namespace {

events::v1::Date Date(std::int32_t year, std::int32_t month, std::int32_t day) {
    events::v1::Date date;
    date.set_year(year);
    date.set_month(month);
    date.set_day(day);
    return date;
}

Instant Utc(std::int64_t seconds) {
    return FromMicros(seconds * 1'000'000);
}

TEST(CivilDateTest, KnowsWhichDaysExist) {
    EXPECT_TRUE(IsValid(Date(2024, 2, 29)));
    EXPECT_TRUE(IsValid(Date(2000, 2, 29)));
    EXPECT_TRUE(IsValid(Date(1900, 1, 1)));
    EXPECT_TRUE(IsValid(Date(2199, 12, 31)));
    EXPECT_FALSE(IsValid(Date(1900, 2, 29)));
    EXPECT_FALSE(IsValid(Date(2025, 2, 29)));
    EXPECT_FALSE(IsValid(Date(2025, 4, 31)));
    EXPECT_FALSE(IsValid(Date(2025, 13, 1)));
    EXPECT_FALSE(IsValid(Date(2025, 0, 1)));
    EXPECT_FALSE(IsValid(Date(2025, 1, 0)));
    EXPECT_FALSE(IsValid(Date(2025, 1, 257)));
    EXPECT_FALSE(IsValid(Date(2025, -1, -1)));
    EXPECT_FALSE(IsValid(Date(1899, 12, 31)));
    EXPECT_FALSE(IsValid(Date(2200, 1, 1)));
    EXPECT_FALSE(IsValid(events::v1::Date{}));
}

TEST(CivilDateTest, CountsDaysAndComesBack) {
    EXPECT_EQ(ToDay(Date(1970, 1, 1)), Day{0});
    EXPECT_EQ(ToDay(Date(2025, 9, 1)), Day{20'332});
    const Day last = ToDay(Date(2199, 12, 31));
    for (Day day = ToDay(Date(1900, 1, 1)); day <= last; day = AddDays(day, 1)) {
        ASSERT_TRUE(IsValid(ToDate(day)));
        ASSERT_EQ(ToDay(ToDate(day)), day);
    }
}

TEST(CivilDateTest, TakesTheDayInLondonInSummerAndInWinter) {
    EXPECT_EQ(LondonDay(Utc(1'756'679'400)), ToDay(Date(2025, 8, 31))) << "23:30 in London, 22:30 UTC";
    EXPECT_EQ(LondonDay(Utc(1'756'683'000)), ToDay(Date(2025, 9, 1))) << "00:30 in London, 23:30 UTC the day before";
    EXPECT_EQ(LondonDay(Utc(1'736'983'800)), ToDay(Date(2025, 1, 15))) << "23:30 in London and UTC";
}

TEST(CivilDateTest, KeepsDaysBefore1970) {
    EXPECT_EQ(LondonDay(Utc(-86'400 * 3'000)), ToDay(Date(1961, 10, 15)));
    EXPECT_EQ(ToText(Day{-1}), "31 December 1969");
}

TEST(CivilDateTest, ReadsAsPeopleAndProgramsWriteIt) {
    EXPECT_EQ(ToText(ToDay(Date(2025, 9, 1))), "1 September 2025");
    EXPECT_EQ(ToIsoText(ToDay(Date(2025, 9, 1))), "2025-09-01");
}

}  // namespace
}  // namespace throughline
