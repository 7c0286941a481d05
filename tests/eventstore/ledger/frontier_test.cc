// A growing tree has the root of RFC 6962 at every size, and names what is to be stored.
#include "eventstore/ledger/frontier.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/eventstore/ledger/naive_tree.h"
#include "tests/eventstore/ledger/vectors.h"

namespace throughline {
namespace {

using testing::HashOf;
using testing::NaiveRoot;
using testing::SyntheticLeaves;
using testing::Unhex;
using testing::Vectors;

TEST(FrontierTest, GivesTheKnownRoots) {
    const auto vectors = Vectors();
    const auto& rfc6962 = vectors["rfc6962"];
    const auto& roots = rfc6962["roots_by_size_1_to_8"];
    ASSERT_EQ(roots.size(), 8U);
    Frontier frontier;
    EXPECT_EQ(frontier.Root(), HashOf(rfc6962["empty_root"]));
    std::vector<CompleteSubtree> stored;
    for (std::size_t i = 0; i < roots.size(); ++i) {
        frontier.Add(LeafHash(Unhex(rfc6962["leaf_inputs_hex"][i].get<std::string>())), stored);
        EXPECT_EQ(frontier.size(), i + 1);
        EXPECT_EQ(frontier.Root(), HashOf(roots[i])) << i;
    }
    EXPECT_TRUE(stored.empty());

    Frontier ledger;
    for (const auto& leaf : vectors["checkpoint"]["leaves"]) ledger.Add(HashOf(leaf), stored);
    EXPECT_EQ(ledger.Root(), HashOf(vectors["checkpoint"]["root"]));
}

RC_GTEST_PROP(FrontierTest, HasTheNaiveRootAtAnySize, ()) {
    const auto leaves = SyntheticLeaves(*rc::gen::inRange<std::uint64_t>(0, 2'001));
    Frontier frontier;
    std::vector<CompleteSubtree> stored;
    for (const TreeHash& leaf : leaves) frontier.Add(leaf, stored);
    RC_ASSERT(frontier.size() == leaves.size());
    RC_ASSERT(frontier.Root() == NaiveRoot(leaves));
    RC_ASSERT(stored.size() == leaves.size() / 256);
}

TEST(FrontierTest, NamesEachCompleteSubtreeOfAStoredLevelOnce) {
    const auto leaves = SyntheticLeaves(65'536);
    const std::span<const TreeHash> all = leaves;
    Frontier frontier;
    std::vector<CompleteSubtree> stored;
    for (const TreeHash& leaf : leaves) {
        const std::size_t before = stored.size();
        frontier.Add(leaf, stored);
        const std::size_t expected = frontier.size() == 65'536 ? 2 : frontier.size() % 256 == 0 ? 1 : 0;
        ASSERT_EQ(stored.size(), before + expected) << frontier.size();
    }
    ASSERT_EQ(stored.size(), 257U);
    for (std::uint64_t i = 0; i < 256; ++i) {
        EXPECT_EQ(stored[i], (CompleteSubtree{8, i, NaiveRoot(all.subspan(256 * i, 256))})) << i;
    }
    EXPECT_EQ(stored.back(), (CompleteSubtree{16, 0, NaiveRoot(all)}));
}

TEST(FrontierTest, NamesLevelsThatALeafCompletesLowestFirst) {
    Frontier frontier((std::uint64_t{7} << 24U) - 1, SyntheticLeaves(26));
    std::vector<CompleteSubtree> stored;
    frontier.Add(LeafHash("last"), stored);
    ASSERT_EQ(stored.size(), 3U);
    for (unsigned i = 0; i < 3; ++i) {
        EXPECT_EQ(stored[i].level, 8 * (i + 1));
        EXPECT_EQ(stored[i].index, (frontier.size() >> 8 * (i + 1)) - 1);
    }
    EXPECT_EQ(frontier.size(), std::uint64_t{7} << 24U);
}

TEST(FrontierTest, GrowsOnFromItsPeaks) {
    const auto leaves = SyntheticLeaves(11);
    const std::span<const TreeHash> all = leaves;
    Frontier frontier(7, std::vector{NaiveRoot(all.first(4)), NaiveRoot(all.subspan(4, 2)), leaves[6]});
    EXPECT_EQ(frontier.Root(), NaiveRoot(all.first(7)));
    std::vector<CompleteSubtree> stored;
    Frontier grown;
    for (std::size_t i = 0; i < 7; ++i) grown.Add(leaves[i], stored);
    EXPECT_EQ(frontier, grown);
    for (std::size_t i = 7; i < leaves.size(); ++i) frontier.Add(leaves[i], stored);
    EXPECT_EQ(frontier.Root(), NaiveRoot(all));
    EXPECT_FALSE(frontier == grown);
}

TEST(FrontierTest, ACopyGrowsAlone) {
    const auto leaves = SyntheticLeaves(4);
    std::vector<CompleteSubtree> stored;
    Frontier durable;
    for (std::size_t i = 0; i < 3; ++i) durable.Add(leaves[i], stored);
    Frontier commit = durable;
    commit.Add(leaves[3], stored);
    EXPECT_EQ(durable.size(), 3U);
    EXPECT_EQ(durable.Root(), NaiveRoot(std::span(leaves).first(3)));
    EXPECT_EQ(commit.Root(), NaiveRoot(leaves));
}

TEST(FrontierTest, AbortsOnPeaksThatAreNotItsSizes) {
    const auto hashes = SyntheticLeaves(3);
    EXPECT_DEATH(Frontier(4, std::span(hashes).first(2)), "");
    EXPECT_DEATH(Frontier(kTreeSizeMax + 1, std::span(hashes).first(1)), "");
    std::vector<CompleteSubtree> stored;
    Frontier full(kTreeSizeMax, SyntheticLeaves(63));
    EXPECT_DEATH(full.Add(hashes[0], stored), "");
}

}  // namespace
}  // namespace throughline
