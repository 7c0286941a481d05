// Latencies: quantiles are as good as promised, whatever the size of the durations.
#include "services/throughline/bench/latencies.h"

#include <gtest/gtest.h>

namespace throughline {
namespace {

using std::chrono::nanoseconds;

void ExpectWithin(nanoseconds found, nanoseconds wanted) {
    EXPECT_NEAR(static_cast<double>(found.count()), static_cast<double>(wanted.count()),
                static_cast<double>(wanted.count()) * 0.008);
}

TEST(LatenciesTest, KnowsNothingOfNothing) {
    const Latencies none;
    EXPECT_EQ(none.Quantile(0.5).count(), 0);
    EXPECT_EQ(none.Mean().count(), 0);
    EXPECT_EQ(none.max().count(), 0);
    EXPECT_EQ(none.count(), 0U);
}

TEST(LatenciesTest, FindsQuantilesWithinEightInAThousand) {
    for (const std::int64_t unit : {1LL, 1'000LL, 1'000'000LL, 1'000'000'000LL}) {
        Latencies latencies;
        for (std::int64_t i = 1; i <= 1'000; ++i) latencies.Add(nanoseconds(i * unit));
        ExpectWithin(latencies.Quantile(0.5), nanoseconds(500 * unit));
        ExpectWithin(latencies.Quantile(0.99), nanoseconds(990 * unit));
        ExpectWithin(latencies.Quantile(0.999), nanoseconds(999 * unit));
        EXPECT_EQ(latencies.max(), nanoseconds(1'000 * unit));
        EXPECT_EQ(latencies.Mean(), nanoseconds(1'001 * unit / 2));
        EXPECT_EQ(latencies.count(), 1'000U);
    }
}

TEST(LatenciesTest, CountsWhatIsOutOfItsRange) {
    Latencies latencies;
    latencies.Add(nanoseconds(-5));
    latencies.Add(std::chrono::hours(48));
    EXPECT_EQ(latencies.count(), 2U);
    EXPECT_EQ(latencies.Quantile(0.5).count(), 0);
    EXPECT_EQ(latencies.max(), std::chrono::hours(48));
}

}  // namespace
}  // namespace throughline
