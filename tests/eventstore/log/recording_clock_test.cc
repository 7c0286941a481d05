// Recorded time never runs backwards, and a clock that is plainly wrong stops appends.
#include "eventstore/log/recording_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "tests/eventstore/log/log_ground.h"
#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

/// A clock that may be set to any time, backwards too.
class SetClock final : public Clock {
  public:
    [[nodiscard]] Instant Now() const override { return now; }
    Instant now = FromMicros(kTestStartUs);
};

class RecordingClockTest : public ::testing::Test {
  protected:
    RecordingClock Make(bool synthetic = false) {
        return {clock_, {seconds(5), hours(1), synthetic, [this] { return uptime_; }}, clock_.now};
    }

    void Pass(microseconds time) {
        clock_.now += time;
        uptime_ += time;
    }

    SetClock clock_;
    microseconds uptime_{0};
};

TEST_F(RecordingClockTest, RecordsWhatTheClockSays) {
    RecordingClock recording = Make();
    Pass(hours(24 * 365));
    EXPECT_EQ(recording.Now().value(), clock_.now);
}

TEST_F(RecordingClockTest, StandsStillWhileTheClockIsALittleBehind) {
    RecordingClock recording = Make();
    Pass(seconds(60));
    const Instant last = recording.Now().value();
    clock_.now -= seconds(4);
    EXPECT_EQ(recording.Now().value(), last);
}

TEST_F(RecordingClockTest, RefusesAClockFarBehindTheLastRecord) {
    RecordingClock recording = Make();
    clock_.now -= hours(24 * 365);
    const auto refused = recording.Now();
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(ReasonOf(refused.status()), "CLOCK_WRONG");
    EXPECT_THAT(std::string(refused.status().message()),
                HasSubstr("2022-11-14T22:13:20.000000Z, but the last record is from 2023-11-14T22:13:20.000000Z"));
    clock_.now += hours(24 * 365);
    EXPECT_TRUE(recording.Now().ok()) << "a clock set right again is believed";
}

TEST_F(RecordingClockTest, RefusesAClockThatLeaptAhead) {
    RecordingClock recording = Make();
    Pass(hours(100));
    clock_.now += hours(2);
    EXPECT_EQ(ReasonOf(recording.Now().status()), "CLOCK_WRONG");
    Pass(seconds(1));
    EXPECT_EQ(ReasonOf(recording.Now().status()), "CLOCK_WRONG") << "time passing does not make it right";
    clock_.now -= hours(2);
    EXPECT_EQ(recording.Now().value(), clock_.now);
}

TEST_F(RecordingClockTest, KnowsNoSummerTimeAndNoLeapDays) {
    RecordingClock recording = Make();
    for (int hour = 0; hour < 24 * 366; ++hour) {
        Pass(hours(1));
        ASSERT_TRUE(recording.Now().ok());
    }
}

TEST_F(RecordingClockTest, LetsASyntheticClockBeMovedAtWillButNeverRecordsBackwards) {
    RecordingClock recording = Make(true);
    clock_.now += hours(24 * 42);
    const Instant moved = recording.Now().value();
    EXPECT_EQ(moved, clock_.now);
    clock_.now -= hours(1);
    EXPECT_EQ(recording.Now().value(), moved);
}

TEST(RocksLogClockTest, RefusesAppendsUntilTheClockIsRightAndStillAnswersRepeats) {
    LogGround ground;
    SetClock clock;
    ground.options.clock = &clock;
    RecordLog& log = ground.Open();
    ASSERT_TRUE(log.Append(MakeAppend("a", {{}})).ok());
    clock.now -= hours(1);
    EXPECT_EQ(ReasonOf(log.Append(MakeAppend("b", {{}})).status()), "CLOCK_WRONG");
    EXPECT_TRUE(log.Append(MakeAppend("a", {{}}))->repeated);
    clock.now += hours(1);
    EXPECT_TRUE(log.Append(MakeAppend("b", {{}})).ok());
    EXPECT_TRUE(ground.fatal.all().empty());
}

TEST(RocksLogClockTest, ComparesTheClockWithTheLastRecordAfterARestart) {
    LogGround ground;
    SetClock clock;
    ground.options.clock = &clock;
    ASSERT_TRUE(ground.Open().Append(MakeAppend("a", {{}})).ok());
    clock.now -= hours(24);
    EXPECT_EQ(ReasonOf(ground.Open().Append(MakeAppend("b", {{}})).status()), "CLOCK_WRONG");
}

}  // namespace
}  // namespace throughline::testing
