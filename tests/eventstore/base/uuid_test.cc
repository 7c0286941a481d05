// Ids are what their standards say, and their text is read strictly.
#include "eventstore/base/uuid.h"

#include <set>

#include <gtest/gtest.h>

namespace throughline {
namespace {

constexpr std::string_view kText = "0192f3a1-7c4e-7b2a-9d3e-0123456789ab";

TEST(UuidTest, RandomOnesAreOfVersionFourAndDiffer) {
    std::set<Uuid> seen;
    for (int i = 0; i < 1'000; ++i) {
        const Uuid uuid = RandomUuid();
        EXPECT_EQ(uuid.bytes[6] >> 4U, 4);
        EXPECT_EQ(uuid.bytes[8] >> 6U, 2);
        EXPECT_TRUE(seen.insert(uuid).second);
    }
}

TEST(UuidTest, TimeOrderedOnesAreOfVersionSevenAndSortByTime) {
    const Uuid earlier = TimeOrderedUuid(1'700'000'000'000);
    const Uuid later = TimeOrderedUuid(1'700'000'000'001);
    EXPECT_EQ(earlier.bytes[6] >> 4U, 7);
    EXPECT_EQ(earlier.bytes[8] >> 6U, 2);
    EXPECT_LT(earlier, later);
    EXPECT_EQ(ToString(earlier).substr(0, 13), "018bcfe5-6800");
}

TEST(UuidTest, ReadsItsTextInEitherCaseAndWritesLowerCase) {
    const auto uuid = ParseUuid(kText);
    ASSERT_TRUE(uuid);
    EXPECT_EQ(ToString(*uuid), kText);
    const auto upper = ParseUuid("0192F3A1-7C4E-7B2A-9D3E-0123456789AB");
    EXPECT_EQ(upper, uuid);
}

TEST(UuidTest, RefusesEverythingElse) {
    for (const char* text :
         {"", "0192f3a1", "0192f3a17c4e7b2a9d3e0123456789ab", "{192f3a1-7c4e-7b2a-9d3e-0123456789ab}",
          "0192f3a1-7c4e-7b2a-9d3e-0123456789ag", "0192f3a1-7c4e-7b2a-9d3e-0123456789ab ",
          "0192f3a1-7c4e-7b2a-9d3e_0123456789ab", "00000000-0000-0000-0000-000000000000"}) {
        EXPECT_FALSE(ParseUuid(text)) << text;
    }
}

TEST(UuidTest, ReadsSixteenBytesAndNoOtherLength) {
    const Uuid uuid = RandomUuid();
    EXPECT_EQ(UuidFromBytes(uuid.AsBytes()), uuid);
    EXPECT_FALSE(UuidFromBytes(uuid.AsBytes().substr(1)));
    EXPECT_FALSE(UuidFromBytes(""));
    EXPECT_FALSE(UuidFromBytes(std::string(17, 'x')));
}

}  // namespace
}  // namespace throughline
