// Whoever must not wait reads himself only while that is quick.
#include "eventstore/server/quick_reads.h"

#include <atomic>
#include <future>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "eventstore/log/memory_log.h"
#include "eventstore/server/stream_pool.h"

namespace throughline {
namespace {

using std::chrono::milliseconds;

TEST(QuickReadsTest, AreSlowForAHundredTimesAsLongAsTheSlowOneTook) {
    const QuickReads::TimePoint now{std::chrono::hours(5)};
    QuickReads quick;
    EXPECT_TRUE(quick.Are(now));
    quick.Note(now, now + milliseconds(5), false);
    EXPECT_TRUE(quick.Are(now + milliseconds(5)));
    quick.Note(now, now + milliseconds(20), false);
    EXPECT_FALSE(quick.Are(now + milliseconds(20)));
    EXPECT_FALSE(quick.Are(now + milliseconds(2'019)));
    EXPECT_TRUE(quick.Are(now + milliseconds(2'020)));
}

TEST(QuickReadsTest, AreSlowAsSoonAsTheDiskWasRead) {
    const QuickReads::TimePoint now{std::chrono::hours(5)};
    QuickReads quick;
    quick.Note(now, now + milliseconds(1), true);
    EXPECT_FALSE(quick.Are(now + milliseconds(100)));
    EXPECT_TRUE(quick.Are(now + milliseconds(101)));
}

TEST(QuickReadsTest, RestForTheSlowestWhoeverEndsLast) {
    const QuickReads::TimePoint now{std::chrono::hours(5)};
    QuickReads quick;
    quick.Note(now, now + milliseconds(1'000), true);
    quick.Note(now + milliseconds(995), now + milliseconds(1'001), true);
    EXPECT_FALSE(quick.Are(now + milliseconds(100'999)));
    EXPECT_TRUE(quick.Are(now + milliseconds(101'000)));
}

/// Tells on which thread its step was taken, after a while.
class Stepping final : public PooledStream {
  public:
    explicit Stepping(milliseconds time) : time_(time) {}

    void Step() override {
        std::this_thread::sleep_for(time_);
        stepped_.set_value(std::this_thread::get_id());
    }
    void Watch(std::chrono::steady_clock::time_point, std::optional<Position>) override {}
    void Stop(const absl::Status&) override {}

    [[nodiscard]] std::thread::id Thread() { return stepped_.get_future().get(); }

  private:
    const milliseconds time_;
    std::promise<std::thread::id> stepped_;
};

TEST(QuickReadsTest, OfAPoolAreDoneWhereTheyAreAskedForUntilOneIsSlow) {
    const StandingClock clock(FromMicros(1'800'000'000'000'000));
    MemoryLog log(clock);
    StreamPool pool(log, {});
    const auto slow = std::make_shared<Stepping>(milliseconds(100));
    pool.StepOrQueue(slow);
    EXPECT_EQ(slow->Thread(), std::this_thread::get_id());
    const auto next = std::make_shared<Stepping>(milliseconds(0));
    pool.StepOrQueue(next);
    EXPECT_NE(next->Thread(), std::this_thread::get_id());
}

}  // namespace
}  // namespace throughline
