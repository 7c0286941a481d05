// The queue before the writer is bounded and fair, and gives the turn to one at a time.
#include "eventstore/log/append_queue.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {
namespace {

WaitingAppend Waiting(std::string_view command, const std::vector<TestEvent>& events = {{}}) {
    auto prepared = PreparedAppend::Of(MakeAppend(command, events));
    EXPECT_TRUE(prepared.ok()) << prepared.status();
    return {*std::move(prepared), {}, [](const absl::StatusOr<AppendOutcome>&) {}};
}

/// Pushes what is expected to be taken in, or to be handed back to its caller.
bool TakenIn(AppendQueue& queue, WaitingAppend waiting) {
    const auto alone = queue.Push(waiting);
    EXPECT_TRUE(alone.ok()) << alone.status();
    return alone->empty();
}

std::vector<std::string> Commands(const AppendGroup& group) {
    std::vector<std::string> commands;
    for (const WaitingAppend& each : group) commands.push_back(each.prepared.append.command_hash);
    return commands;
}

TEST(AppendQueueTest, GivesTheTurnToTheFirstWhoFindsItIdleAndQueuesTheRest) {
    AppendQueue queue;
    WaitingAppend first = Waiting("first");
    const auto alone = queue.Push(first);
    ASSERT_TRUE(alone.ok());
    EXPECT_EQ(Commands(*alone), std::vector{CommandHash("first")});
    EXPECT_TRUE(TakenIn(queue, Waiting("second")));
    EXPECT_TRUE(TakenIn(queue, Waiting("third")));
    queue.Done();
    EXPECT_TRUE(TakenIn(queue, Waiting("fourth"))) << "others wait already";
    EXPECT_EQ(Commands(queue.Take()),
              (std::vector{CommandHash("second"), CommandHash("third"), CommandHash("fourth")}));
    EXPECT_TRUE(TakenIn(queue, Waiting("fifth"))) << "the turn is taken";
    queue.Done();
    EXPECT_EQ(queue.Take().size(), 1U);
    queue.Done();
    EXPECT_FALSE(TakenIn(queue, Waiting("sixth"))) << "idle again";
}

/// A queue whose turn a lent thread has, with one append.
void LendTo(AppendQueue& queue) {
    EXPECT_FALSE(TakenIn(queue, Waiting("alone")));
    EXPECT_TRUE(TakenIn(queue, Waiting("waits")));
    queue.Done();
    EXPECT_EQ(Commands(queue.Lend()), std::vector{CommandHash("waits")});
}

TEST(AppendQueueTest, GivesALentThreadWhatCameMeanwhileAndElseTakesTheTurnBack) {
    AppendQueue queue;
    LendTo(queue);
    EXPECT_TRUE(TakenIn(queue, Waiting("second")));
    EXPECT_TRUE(TakenIn(queue, Waiting("third")));
    EXPECT_EQ(Commands(queue.Next()), (std::vector{CommandHash("second"), CommandHash("third")}));
    EXPECT_TRUE(TakenIn(queue, Waiting("fourth"))) << "the turn is taken still";
    EXPECT_EQ(Commands(queue.Next()), std::vector{CommandHash("fourth")});
    EXPECT_TRUE(queue.Next().empty());
    EXPECT_FALSE(TakenIn(queue, Waiting("fifth"))) << "idle again";
}

TEST(AppendQueueTest, NeedsNoLentThreadWhereNothingWaits) {
    AppendQueue queue;
    EXPECT_TRUE(queue.Lend().empty()) << "idle";
    EXPECT_FALSE(TakenIn(queue, Waiting("turn")));
    EXPECT_TRUE(queue.Lend().empty()) << "who has the turn needs no help";
    queue.Done();
    EXPECT_FALSE(TakenIn(queue, Waiting("next"))) << "idle again";
}

TEST(AppendQueueTest, NeedsOneLentThread) {
    AppendQueue queue;
    LendTo(queue);
    EXPECT_TRUE(TakenIn(queue, Waiting("second")));
    EXPECT_TRUE(queue.Lend().empty()) << "one is lent already";
    EXPECT_EQ(Commands(queue.Next()), std::vector{CommandHash("second")});
}

TEST(AppendQueueTest, MakesALentThreadTheNextAfterWhoeverHasTheTurn) {
    AppendQueue queue;
    EXPECT_FALSE(TakenIn(queue, Waiting("turn")));
    EXPECT_TRUE(TakenIn(queue, Waiting("waits")));
    std::atomic<bool> done = false;
    std::thread lent([&] {
        EXPECT_EQ(Commands(queue.Lend()), std::vector{CommandHash("waits")});
        EXPECT_TRUE(done);
        EXPECT_TRUE(queue.Next().empty());
    });
    done = true;
    queue.Done();
    lent.join();
    EXPECT_FALSE(TakenIn(queue, Waiting("next"))) << "idle again";
}

TEST(AppendQueueTest, WaitsForWhatIsOnItsWay) {
    AppendQueue queue;
    LendTo(queue);
    std::thread caller([&] { EXPECT_TRUE(TakenIn(queue, Waiting("second"))) << "the turn is kept meanwhile"; });
    EXPECT_EQ(Commands(queue.Next(std::chrono::minutes(1))), std::vector{CommandHash("second")});
    caller.join();
    EXPECT_TRUE(queue.Next(std::chrono::microseconds(1)).empty());
    EXPECT_FALSE(TakenIn(queue, Waiting("third"))) << "idle again";
}

TEST(AppendQueueTest, WaitsNoLongerOnceItIsClosed) {
    AppendQueue queue;
    LendTo(queue);
    std::thread closer([&] { queue.Close(); });
    EXPECT_TRUE(queue.Next(std::chrono::minutes(1)).empty());
    closer.join();
    EXPECT_TRUE(queue.Take().empty());
}

TEST(AppendQueueTest, EndsOnceTheLentThreadFoundNothingMore) {
    AppendQueue queue;
    LendTo(queue);
    std::thread writer([&] { EXPECT_TRUE(queue.Take().empty()); });
    queue.Close();
    EXPECT_TRUE(queue.Next().empty());
    writer.join();
}

TEST(AppendQueueTest, RefusesMoreThanItsLimitWithAHint) {
    AppendQueue queue;
    EXPECT_FALSE(TakenIn(queue, Waiting("turn")));
    for (std::size_t i = 0; i < limits::kWaitingAppendsMax; ++i) ASSERT_TRUE(TakenIn(queue, Waiting("a")));
    WaitingAppend more = Waiting("more");
    const absl::Status refused = queue.Push(more).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(ReasonOf(refused), "LOG_QUEUE_FULL");
    EXPECT_TRUE(refused.GetPayload("type.googleapis.com/google.rpc.RetryInfo"));
    EXPECT_EQ(more.prepared.append.command_hash, CommandHash("more")) << "still the caller's";
    EXPECT_TRUE(more.done);
}

TEST(AppendQueueTest, RefusesMoreBytesThanMayWait) {
    AppendQueue queue;
    EXPECT_FALSE(TakenIn(queue, Waiting("turn")));
    const std::vector<TestEvent> large(11, {.body = std::string(limits::kBodyBytesMax, 'b')});
    const std::size_t each = Waiting("a", large).prepared.bytes;
    for (std::size_t bytes = each; bytes <= limits::kWaitingBytesMax; bytes += each) {
        ASSERT_TRUE(TakenIn(queue, Waiting("a", large)));
    }
    WaitingAppend more = Waiting("more", large);
    const absl::Status refused = queue.Push(more).status();
    EXPECT_EQ(ReasonOf(refused), "LOG_QUEUE_FULL");
    EXPECT_TRUE(refused.GetPayload("type.googleapis.com/google.rpc.RetryInfo"));
    EXPECT_TRUE(TakenIn(queue, Waiting("a small one"))) << "there is room for it";
    queue.Done();
    EXPECT_FALSE(queue.Take().empty());
    queue.Done();
    EXPECT_TRUE(TakenIn(queue, Waiting("after", large))) << "a commit made room";
}

TEST(AppendQueueTest, HandsOutInOrderWhatOneCommitMayHold) {
    AppendQueue queue;
    EXPECT_FALSE(TakenIn(queue, Waiting("turn")));
    for (std::size_t i = 0; i < limits::kAppendsPerCommitMax; ++i) ASSERT_TRUE(TakenIn(queue, Waiting("first")));
    ASSERT_TRUE(TakenIn(queue, Waiting("second")));
    queue.Done();
    EXPECT_EQ(Commands(queue.Take()), std::vector(limits::kAppendsPerCommitMax, CommandHash("first")));
    queue.Done();
    EXPECT_EQ(Commands(queue.Take()), std::vector{CommandHash("second")});
}

TEST(AppendQueueTest, BoundsACommitByItsBytes) {
    AppendQueue queue;
    EXPECT_FALSE(TakenIn(queue, Waiting("turn")));
    const std::vector<TestEvent> large(10, {.body = std::string(limits::kBodyBytesMax, 'b')});
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(TakenIn(queue, Waiting("a", large)));
    queue.Done();
    EXPECT_EQ(queue.Take().size(), limits::kCommitBytesMax / Waiting("a", large).prepared.bytes);
}

TEST(AppendQueueTest, DrainsAndThenEndsOnceClosed) {
    AppendQueue queue;
    EXPECT_FALSE(TakenIn(queue, Waiting("turn")));
    ASSERT_TRUE(TakenIn(queue, Waiting("a")));
    queue.Close();
    queue.Done();
    WaitingAppend late = Waiting("late");
    EXPECT_EQ(ReasonOf(queue.Push(late).status()), "LOG_CLOSED");
    EXPECT_EQ(queue.Take().size(), 1U);
    queue.Done();
    EXPECT_TRUE(queue.Take().empty());
}

}  // namespace
}  // namespace throughline::testing
