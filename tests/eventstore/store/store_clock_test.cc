// The clock of a synthetic store stands still, is moved by records, and is found again.
#include "eventstore/store/store_clock.h"

#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "tests/eventstore/store/store_under_test.h"

namespace throughline {
namespace {

using std::chrono::hours;

class StoreClockTest : public ::testing::Test {
  protected:
    Instant start_ = FromMicros(1'700'000'000'000'000);
    StoreUnderTest store_{true};
    StoreClock clock_{store_.log, *store_.vault, store_.clock, &store_.clock};
};

TEST_F(StoreClockTest, AMoveIsARecordOfTheStore) {
    const auto now = clock_.MoveClock(start_ + hours(24), NewCommand());
    ASSERT_TRUE(now.ok()) << now.status();
    EXPECT_EQ(*now, start_ + hours(24));
    EXPECT_EQ(clock_.Now(), start_ + hours(24));
    const auto all = store_.All();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].header.type(), "throughline.eventstore.v1.ClockMoved");
    EXPECT_EQ(all[0].header.tags(0), "store:" + ToString(store_.vault->StoreSubject()));
    EXPECT_EQ(all[0].header.key_id(), store_.vault->StoreSubject().AsBytes());
    EXPECT_EQ(all[0].header.recorded_at_us(), ToMicros(start_));
}

TEST_F(StoreClockTest, APastInstantChangesNothing) {
    EXPECT_EQ(*clock_.MoveClock(start_ - hours(1), NewCommand()), start_);
    EXPECT_EQ(*clock_.MoveClock(start_, NewCommand()), start_);
    EXPECT_EQ(store_.log.End(), Position{0});
}

TEST_F(StoreClockTest, RepeatingAMoveGivesItsFirstAnswer) {
    const CommandKey key = NewCommand();
    ASSERT_TRUE(clock_.MoveClock(start_ + hours(1), key).ok());
    ASSERT_TRUE(clock_.MoveClock(start_ + hours(2), NewCommand()).ok());
    EXPECT_EQ(*clock_.MoveClock(start_ + hours(1), key), start_ + hours(1));
    EXPECT_EQ(clock_.Now(), start_ + hours(2));
    EXPECT_EQ(store_.log.End(), Position{2});
}

TEST_F(StoreClockTest, RefusesACommandIdWithAnotherRequest) {
    const CommandKey key = NewCommand("to 1");
    ASSERT_TRUE(clock_.MoveClock(start_ + hours(1), key).ok());
    const auto refused = clock_.MoveClock(start_ + hours(2), {key.caller, key.command, "to 2"});
    EXPECT_EQ(ReasonOf(refused.status()), "COMMAND_REUSED");
    EXPECT_EQ(clock_.Now(), start_ + hours(1));
}

TEST_F(StoreClockTest, RefusesTimesThatNoTimestampHolds) {
    const auto refused = clock_.MoveClock(FromMicros(253'402'300'800'000'000), NewCommand());
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(clock_.MoveClock(FromMicros(253'402'300'799'999'999), NewCommand()).ok());
}

TEST_F(StoreClockTest, IsRestoredFromTheLastMove) {
    ASSERT_TRUE(clock_.MoveClock(start_ + hours(24), NewCommand()).ok());
    StandingClock restarted{Instant{}};
    StoreClock again(store_.log, *store_.vault, restarted, &restarted);
    ASSERT_TRUE(again.Restore(start_).ok());
    EXPECT_EQ(again.Now(), start_ + hours(24));
}

TEST_F(StoreClockTest, IsRestoredFromTheLastRecord) {
    store_.clock.MoveTo(start_ + hours(48));
    ASSERT_TRUE(store_.Append(NewCommand(), {EventAbout(store_.Pupil(), "1")}).ok());
    StandingClock restarted{Instant{}};
    StoreClock again(store_.log, *store_.vault, restarted, &restarted);
    ASSERT_TRUE(again.Restore(start_).ok());
    EXPECT_EQ(again.Now(), start_ + hours(48));
}

TEST_F(StoreClockTest, StartsWhereItWasToldWhileTheLogIsEmpty) {
    StandingClock restarted{Instant{}};
    StoreClock again(store_.log, *store_.vault, restarted, &restarted);
    ASSERT_TRUE(again.Restore(start_ + hours(3)).ok());
    EXPECT_EQ(again.Now(), start_ + hours(3));
}

TEST(StoreClockOfARealStoreTest, CannotBeMoved) {
    StoreUnderTest store(false);
    StoreClock clock(store.log, *store.vault, store.clock, nullptr);
    const auto refused = clock.MoveClock(clock.Now() + hours(1), NewCommand());
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(refused.status()), "NOT_SYNTHETIC");
    EXPECT_TRUE(clock.Restore(clock.Now() + hours(1)).ok());
    EXPECT_EQ(store.log.End(), Position{0});
}

}  // namespace
}  // namespace throughline
