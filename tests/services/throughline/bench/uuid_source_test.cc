// Ids of a load: real UUIDs, of the version they say, and never the same twice.
#include "services/throughline/bench/uuid_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline {
namespace {

using ::testing::HasSubstr;

std::string TimeOrdered(UuidSource& ids, std::int64_t unix_ms) {
    std::string text(UuidSource::kTextBytes, ' ');
    ids.WriteTimeOrdered(unix_ms, text.data());
    return text;
}

std::string Random(UuidSource& ids) {
    std::string text(UuidSource::kTextBytes, ' ');
    ids.WriteRandom(text.data());
    return text;
}

std::string Numbered(std::uint64_t number) {
    std::string text(UuidSource::kTextBytes, ' ');
    UuidSource::WriteNumbered(number, text.data());
    return text;
}

TEST(UuidSourceTest, WritesTheVersionThatItSays) {
    UuidSource ids;
    EXPECT_EQ(TimeOrdered(ids, 1)[14], '7');
    EXPECT_EQ(Random(ids)[14], '4');
    EXPECT_EQ(Numbered(1)[14], '8');
    for (const std::string& text : {TimeOrdered(ids, 1), Random(ids), Numbered(1)}) {
        EXPECT_TRUE(ParseUuid(text)) << text;
        EXPECT_THAT("89ab", HasSubstr(text.substr(19, 1)));
    }
}

TEST(UuidSourceTest, OrdersByTime) {
    UuidSource ids;
    EXPECT_EQ(TimeOrdered(ids, 0x0123456789AB).substr(0, 13), "01234567-89ab");
    EXPECT_LT(TimeOrdered(ids, 1'000), TimeOrdered(ids, 1'001));
}

TEST(UuidSourceTest, NeverWritesTheSameTwice) {
    UuidSource ids;
    UuidSource others;
    std::set<std::string> seen;
    for (std::uint64_t i = 0; i < 1'000; ++i) {
        for (const std::string& text : {TimeOrdered(ids, 1), TimeOrdered(others, 1), Random(ids), Numbered(i)}) {
            EXPECT_TRUE(seen.insert(text).second) << text;
        }
    }
}

TEST(UuidSourceTest, WritesTheSameForTheSameNumberAndTheSameSeed) {
    EXPECT_EQ(Numbered(42), Numbered(42));
    const Uuid seed = RandomUuid();
    UuidSource one(seed);
    UuidSource same(seed);
    EXPECT_EQ(Random(one), Random(same));
}

}  // namespace
}  // namespace throughline
