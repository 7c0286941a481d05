// Waiting for a view: reached, too late, given up, too many, stopped.
#include "projections/runner/waiters.h"

#include <future>

#include <gtest/gtest.h>

#include "tests/projections/runner/waiting.h"

namespace throughline {
namespace {

using std::chrono::hours;
using std::chrono::steady_clock;

TEST(WaitersTest, AnswersAtOnceWhenItIsReachedAlready) {
    Waiters waiters("tally", 10);
    waiters.Reached(Position{5});
    int answers = 0;
    waiters.Add(Position{5}, steady_clock::now() + hours(1), [&answers](const absl::Status& status) {
        EXPECT_TRUE(status.ok());
        ++answers;
    });
    EXPECT_EQ(answers, 1);
}

TEST(WaitersTest, LetsGoOnlyWhoWaitsForWhatIsReached) {
    Waiters waiters("tally", 10);
    int near = 0;
    int far = 0;
    waiters.Add(Position{3}, steady_clock::now() + hours(1), [&near](const absl::Status&) { ++near; });
    waiters.Add(Position{4}, steady_clock::now() + hours(1), [&far](const absl::Status&) { ++far; });
    waiters.Reached(Position{3});
    EXPECT_EQ(near, 1);
    EXPECT_EQ(far, 0);
    waiters.Reached(Position{9});
    EXPECT_EQ(near, 1);
    EXPECT_EQ(far, 1);
}

TEST(WaitersTest, SaysAtTheDeadlineHowFarTheViewHasCome) {
    Waiters waiters("tally", 10);
    waiters.Reached(Position{7});
    std::promise<absl::Status> answer;
    waiters.Add(Position{9}, steady_clock::now(), [&answer](const absl::Status& status) { answer.set_value(status); });
    const absl::Status status = answer.get_future().get();
    EXPECT_TRUE(absl::IsDeadlineExceeded(status));
    EXPECT_EQ(std::string(status.message()),
              "the tally has taken in 7 records, 9 were asked for; ask again with the same token");
}

TEST(WaitersTest, ForgetsWhoGaveUp) {
    Waiters waiters("tally", 1);
    bool called = false;
    const std::uint64_t ticket =
        waiters.Add(Position{1}, steady_clock::now() + hours(1), [&called](const absl::Status&) { called = true; });
    EXPECT_TRUE(waiters.Cancel(ticket));
    EXPECT_FALSE(waiters.Cancel(ticket));
    waiters.Reached(Position{1});
    EXPECT_FALSE(called);
}

TEST(WaitersTest, RefusesMoreThanMayWait) {
    Waiters waiters("tally", 2);
    for (int i = 0; i < 2; ++i) {
        waiters.Add(Position{1}, steady_clock::now() + hours(1), [](const absl::Status&) {});
    }
    absl::Status third;
    waiters.Add(Position{1}, steady_clock::now() + hours(1), [&third](const absl::Status& status) { third = status; });
    EXPECT_TRUE(absl::IsResourceExhausted(third));
}

TEST(WaitersTest, LetsEverybodyGoWhenItStops) {
    Waiters waiters("tally", 10);
    absl::Status early;
    absl::Status late;
    waiters.Add(Position{1}, steady_clock::now() + hours(1), [&early](const absl::Status& status) { early = status; });
    waiters.Stop();
    waiters.Add(Position{0}, steady_clock::now() + hours(1), [&late](const absl::Status& status) { late = status; });
    EXPECT_TRUE(absl::IsUnavailable(early));
    EXPECT_TRUE(absl::IsUnavailable(late));
}

}  // namespace
}  // namespace throughline
