// When a fact was so, and when that is late.
#include "projections/chronology/valid_time.h"

#include <gtest/gtest.h>

#include "tests/projections/runner/pupil_facts.h"

namespace throughline {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

events::v1::Occurred On(int year, int month, int day) {
    events::v1::Occurred occurred;
    *occurred.mutable_on() = PupilFacts::On(year, month, day);
    return occurred;
}

events::v1::Occurred At(std::int64_t seconds) {
    events::v1::Occurred occurred;
    occurred.mutable_at()->set_seconds(seconds);
    return occurred;
}

// 2025-09-01T09:00:00Z, ten in the morning in London.
constexpr std::int64_t kMorning = 1'756'717'200;

TEST(ValidTimeTest, OfADayIsItsStartInLondonInWinter) {
    EXPECT_EQ(ToMicros(*ValidTime(On(2025, 1, 6))), 1'736'121'600 * kSecond);
}

TEST(ValidTimeTest, OfADayIsItsStartInLondonInSummer) {
    // An hour before midnight UTC.
    EXPECT_EQ(ToMicros(*ValidTime(On(2025, 9, 1))), (kMorning - 10 * 3'600) * kSecond);
}

TEST(ValidTimeTest, OfTheDaysOnWhichTheClocksChangeIsStillTheirStart) {
    EXPECT_EQ(ToMicros(*ValidTime(On(2025, 3, 31))) - ToMicros(*ValidTime(On(2025, 3, 30))), 23 * 3'600 * kSecond);
    EXPECT_EQ(ToMicros(*ValidTime(On(2025, 10, 27))) - ToMicros(*ValidTime(On(2025, 10, 26))), 25 * 3'600 * kSecond);
}

TEST(ValidTimeTest, OfAnInstantIsTheInstant) {
    EXPECT_EQ(ToMicros(*ValidTime(At(kMorning))), kMorning * kSecond);
}

TEST(ValidTimeTest, RefusesWhatSaysNeitherDayNorInstantOrADayThatDoesNotExist) {
    EXPECT_TRUE(absl::IsInvalidArgument(ValidTime(events::v1::Occurred()).status()));
    EXPECT_TRUE(absl::IsInvalidArgument(ValidTime(On(2025, 2, 29)).status()));
}

TEST(LateTest, IsMoreThanADayAfterAnInstant) {
    const Instant day_later = FromMicros((kMorning + 24 * 3'600) * kSecond);
    EXPECT_FALSE(IsLate(At(kMorning), day_later));
    EXPECT_TRUE(IsLate(At(kMorning), day_later + std::chrono::microseconds(1)));
}

TEST(LateTest, IsADayLaterThanTheNextAfterADate) {
    const Instant next_evening = FromMicros((kMorning + (24 + 13) * 3'600) * kSecond);
    EXPECT_FALSE(IsLate(On(2025, 9, 1), next_evening));
    EXPECT_TRUE(IsLate(On(2025, 9, 1), next_evening + std::chrono::hours(2)));
}

TEST(LateTest, IsNothingThatIsWrittenDownBeforehand) {
    EXPECT_FALSE(IsLate(On(2025, 12, 1), FromMicros(kMorning * kSecond)));
}

}  // namespace
}  // namespace throughline
