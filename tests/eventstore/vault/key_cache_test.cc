// The cache of keys is bounded, forgets at once, and never takes back what was erased meanwhile.
#include "eventstore/vault/key_cache.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace throughline {
namespace {

SubjectKeys KeysOf(std::uint8_t mark) {
    SubjectKeys keys;
    std::ranges::fill(keys.seal.span(), mark);
    std::ranges::fill(keys.digest.span(), static_cast<std::uint8_t>(mark + 1));
    std::ranges::fill(keys.commitment.span(), static_cast<std::uint8_t>(mark + 2));
    return keys;
}

class KeyCacheTest : public ::testing::Test {
  protected:
    bool Has(SubjectId subject) { return cache_.Find(subject, generation_).has_value(); }
    void Keep(SubjectId subject, std::uint8_t mark) {
        (void)Has(subject);
        cache_.Keep(subject, KeysOf(mark), generation_);
    }

    KeyCache cache_{2};
    std::uint64_t generation_ = 0;
    SubjectId a_{RandomUuid()};
    SubjectId b_{RandomUuid()};
    SubjectId c_{RandomUuid()};
};

TEST_F(KeyCacheTest, GivesBackWhatItKeeps) {
    Keep(a_, 1);
    Keep(b_, 100);
    const auto keys = cache_.Find(a_, generation_);
    ASSERT_TRUE(keys.has_value());
    EXPECT_EQ(keys->seal.view()[0], 1);
    EXPECT_EQ(keys->digest.view()[31], 2);
    EXPECT_EQ(keys->commitment.view()[31], 3);
}

TEST_F(KeyCacheTest, DropsTheOneUsedLongestAgo) {
    Keep(a_, 1);
    Keep(b_, 2);
    EXPECT_TRUE(Has(a_));
    Keep(c_, 3);
    EXPECT_TRUE(Has(a_));
    EXPECT_FALSE(Has(b_));
    EXPECT_TRUE(Has(c_));
}

TEST_F(KeyCacheTest, ForgetsASubjectAndUsesItsPlaceAgain) {
    Keep(a_, 1);
    Keep(b_, 2);
    cache_.Forget(a_);
    EXPECT_FALSE(Has(a_));
    Keep(c_, 3);
    EXPECT_TRUE(Has(b_));
    EXPECT_TRUE(Has(c_));
}

TEST_F(KeyCacheTest, RefusesKeysReadBeforeAnErasure) {
    EXPECT_FALSE(Has(a_));
    cache_.Forget(a_);
    cache_.Keep(a_, KeysOf(1), generation_);
    EXPECT_FALSE(Has(a_));
}

}  // namespace
}  // namespace throughline
