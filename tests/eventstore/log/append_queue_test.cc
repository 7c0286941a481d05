// The queue before the writer is bounded and fair.
#include "eventstore/log/append_queue.h"

#include <memory>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {
namespace {

TEST(AppendQueueTest, RefusesMoreThanItsLimitWithAHint) {
    AppendQueue queue;
    WaitingAppend waiting(MakeAppend("a", {{}}));
    for (std::size_t i = 0; i < limits::kWaitingAppendsMax; ++i) ASSERT_TRUE(queue.Push(waiting).ok());
    const absl::Status refused = queue.Push(waiting);
    EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(ReasonOf(refused), "LOG_QUEUE_FULL");
    EXPECT_TRUE(refused.GetPayload("type.googleapis.com/google.rpc.RetryInfo"));
}

TEST(AppendQueueTest, HandsOutInOrderWhatOneCommitMayHold) {
    AppendQueue queue;
    WaitingAppend first(MakeAppend("first", {{}}));
    WaitingAppend second(MakeAppend("second", {{}}));
    for (std::size_t i = 0; i < limits::kAppendsPerCommitMax; ++i) ASSERT_TRUE(queue.Push(first).ok());
    ASSERT_TRUE(queue.Push(second).ok());
    EXPECT_EQ(queue.Take(), std::vector<WaitingAppend*>(limits::kAppendsPerCommitMax, &first));
    EXPECT_EQ(queue.Take(), std::vector<WaitingAppend*>{&second});
}

TEST(AppendQueueTest, BoundsACommitByItsBytes) {
    AppendQueue queue;
    const TestEvent large{.body = std::string(limits::kBodyBytesMax, 'b')};
    WaitingAppend waiting(MakeAppend("a", std::vector<TestEvent>(10, large)));
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(queue.Push(waiting).ok());
    EXPECT_EQ(queue.Take().size(), limits::kCommitBytesMax / waiting.bytes());
}

TEST(AppendQueueTest, DrainsAndThenEndsOnceClosed) {
    AppendQueue queue;
    WaitingAppend waiting(MakeAppend("a", {{}}));
    ASSERT_TRUE(queue.Push(waiting).ok());
    queue.Close();
    EXPECT_EQ(ReasonOf(queue.Push(waiting)), "LOG_CLOSED");
    EXPECT_EQ(queue.Take().size(), 1U);
    EXPECT_TRUE(queue.Take().empty());
}

}  // namespace
}  // namespace throughline::testing
