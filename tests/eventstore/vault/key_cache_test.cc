// The cache of keys is bounded, forgets at once, and never takes back what was erased meanwhile.
#include "eventstore/vault/key_cache.h"

#include <algorithm>
#include <thread>
#include <vector>

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
    bool Has(SubjectId subject) { return cache_.Find(subject, keys_, generation_); }
    void Keep(SubjectId subject, std::uint8_t mark) {
        (void)Has(subject);
        cache_.Keep(subject, KeysOf(mark), generation_);
    }

    KeyCache cache_{2};
    SubjectKeys keys_;
    std::uint64_t generation_ = 0;
    SubjectId a_{RandomUuid()};
    SubjectId b_{RandomUuid()};
    SubjectId c_{RandomUuid()};
};

TEST_F(KeyCacheTest, GivesBackWhatItKeeps) {
    Keep(a_, 1);
    Keep(b_, 100);
    ASSERT_TRUE(Has(a_));
    EXPECT_EQ(keys_.seal.view()[0], 1);
    EXPECT_EQ(keys_.digest.view()[31], 2);
    EXPECT_EQ(keys_.commitment.view()[31], 3);
    ASSERT_TRUE(Has(b_));
    EXPECT_EQ(keys_.seal.view()[31], 100);
}

TEST_F(KeyCacheTest, DropsOneThatWasNotUsedLately) {
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

TEST_F(KeyCacheTest, TakesKeysReadAfterAnErasure) {
    cache_.Forget(a_);
    Keep(a_, 1);
    EXPECT_TRUE(Has(a_));
}

TEST(LargeKeyCacheTest, KeepsUpToItsCapacityAndWhatIsUsedAgainAndAgain) {
    constexpr std::size_t kCapacity = 2'048;
    KeyCache cache(kCapacity);
    std::vector<SubjectId> subjects(4 * kCapacity);
    for (SubjectId& subject : subjects) subject = SubjectId{RandomUuid()};
    SubjectKeys keys;
    std::uint64_t generation = 0;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        EXPECT_FALSE(cache.Find(subjects[i], keys, generation));
        cache.Keep(subjects[i], KeysOf(static_cast<std::uint8_t>(i)), generation);
        EXPECT_TRUE(cache.Find(subjects[0], keys, generation)) << i;
        EXPECT_EQ(keys.seal.view()[0], 0);
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        if (!cache.Find(subjects[i], keys, generation)) continue;
        ++kept;
        EXPECT_EQ(keys.seal.view()[7], static_cast<std::uint8_t>(i));
    }
    EXPECT_EQ(kept, kCapacity);
}

TEST(LargeKeyCacheTest, GivesEachThreadItsOwnSubjectsKeysWhileOthersAreForgotten) {
    KeyCache cache(128);
    std::vector<SubjectId> subjects(256);
    for (SubjectId& subject : subjects) subject = SubjectId{RandomUuid()};
    std::vector<std::thread> threads;
    for (std::size_t first = 0; first < 4; ++first) {
        threads.emplace_back([&, first] {
            SubjectKeys keys;
            std::uint64_t generation = 0;
            for (std::size_t round = 0; round < 20'000; ++round) {
                const std::size_t i = (first + round * 7) % subjects.size();
                const auto mark = static_cast<std::uint8_t>(i);
                if (round % 50 == 0) {
                    cache.Forget(subjects[i]);
                } else if (!cache.Find(subjects[i], keys, generation)) {
                    cache.Keep(subjects[i], KeysOf(mark), generation);
                } else {
                    ASSERT_EQ(keys.seal.view()[0], mark);
                    ASSERT_EQ(keys.seal.view()[31], mark);
                    ASSERT_EQ(keys.commitment.view()[31], static_cast<std::uint8_t>(mark + 2));
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace throughline
