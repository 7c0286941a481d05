// A bounded pool: everything once, nothing beyond the bound.
#include "services/views/workers.h"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

namespace throughline {
namespace {

TEST(WorkersTest, DoEverythingOnceBeforeTheyEnd) {
    std::atomic<int> done = 0;
    {
        Workers workers(3, 1'000);
        for (int i = 0; i < 500; ++i) ASSERT_TRUE(workers.Submit([&done] { ++done; }).ok());
    }
    EXPECT_EQ(done, 500);
}

TEST(WorkersTest, RefuseWhatIsTooMuchWithoutBlocking) {
    std::promise<void> go_on;
    std::promise<void> started;
    Workers workers(1, 2);
    ASSERT_TRUE(workers
                    .Submit([&] {
                        started.set_value();
                        go_on.get_future().wait();
                    })
                    .ok());
    started.get_future().wait();
    EXPECT_TRUE(workers.Submit([] {}).ok());
    EXPECT_TRUE(workers.Submit([] {}).ok());
    EXPECT_TRUE(absl::IsResourceExhausted(workers.Submit([] {})));
    go_on.set_value();
}

}  // namespace
}  // namespace throughline
