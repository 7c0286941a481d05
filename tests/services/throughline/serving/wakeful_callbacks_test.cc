// The callback threads get events though nobody calls, and are let go when it ends.
#include "services/throughline/serving/wakeful_callbacks.h"

#include <gtest/gtest.h>

namespace throughline {
namespace {

TEST(WakefulCallbacksTest, GivesCallbackThreadsEventsThoughNobodyCalls) {
    const WakefulCallbacks wakeful(std::chrono::milliseconds(1));
    while (wakeful.events() < 3) std::this_thread::yield();
    EXPECT_GE(wakeful.events(), 3U);
}

TEST(WakefulCallbacksTest, EndsWithoutWaitingForTheNextEvent) {
    const auto began = std::chrono::steady_clock::now();
    { const WakefulCallbacks wakeful(std::chrono::hours(1)); }
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::minutes(1));
}

}  // namespace
}  // namespace throughline
