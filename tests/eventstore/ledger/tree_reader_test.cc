// What is read from sparse rows is what all the leaves give, at a cost that grows with the levels alone.
#include "eventstore/ledger/tree_reader.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/ledger/consistency.h"
#include "tests/eventstore/ledger/naive_tree.h"

namespace throughline {
namespace {

using testing::NaiveProof;
using testing::NaiveRoot;
using testing::SparseTree;
using testing::SyntheticLeaves;

constexpr std::uint64_t kLeaves = 132'000;  // Two subtrees of level 16, and some.
constexpr std::uint64_t kBorders[] = {0,      1,      255,     256,     257,     511,     512,     513,
                                      4'095,  65'279, 65'280,  65'535,  65'536,  65'537,  65'791,  65'792,
                                      70'000, 98'304, 130'816, 131'071, 131'072, 131'073, 131'328, kLeaves};

const SparseTree& Tree() {
    static const SparseTree tree(SyntheticLeaves(kLeaves));
    return tree;
}

TEST(TreeReaderTest, StoresARowFor256Leaves) {
    EXPECT_EQ(Tree().stored(), kLeaves / 256 + kLeaves / 65'536);
}

TEST(TreeReaderTest, RootsAcrossTheBordersAreTheNaiveOnes) {
    for (const std::uint64_t size : kBorders) {
        const auto root = RootAt(Tree(), size);
        ASSERT_TRUE(root.ok()) << root.status();
        EXPECT_EQ(*root, NaiveRoot(Tree().leaves().first(size))) << size;
    }
}

TEST(TreeReaderTest, AnOpenedFrontierIsTheOneThatGrew) {
    Frontier grown;
    std::vector<CompleteSubtree> stored;
    auto border = std::begin(kBorders);
    for (std::uint64_t size = 0; size <= kLeaves; ++size) {
        if (size == *border) {
            const auto opened = FrontierAt(Tree(), size);
            ASSERT_TRUE(opened.ok()) << opened.status();
            EXPECT_EQ(*opened, grown) << size;
            ++border;
        }
        if (size < kLeaves) grown.Add(Tree().leaves()[size], stored);
    }
    EXPECT_EQ(border, std::end(kBorders));
}

TEST(TreeReaderTest, SubtreesOfEveryLevelHaveTheNaiveRoot) {
    for (unsigned level = 0; level <= 17; ++level) {
        const std::uint64_t leaves = std::uint64_t{1} << level;
        for (const std::uint64_t index : {std::uint64_t{0}, kLeaves / leaves - 1}) {
            const auto root = SubtreeRoot(Tree(), level, index);
            ASSERT_TRUE(root.ok()) << root.status();
            EXPECT_EQ(*root, NaiveRoot(Tree().leaves().subspan(leaves * index, leaves))) << level << " " << index;
        }
    }
}

TEST(TreeReaderTest, ProofsAcrossTheBordersAreTheNaiveOnes) {
    for (const std::uint64_t new_size : {std::uint64_t{257}, std::uint64_t{65'537}, std::uint64_t{131'073}, kLeaves}) {
        const auto new_root = RootAt(Tree(), new_size);
        ASSERT_TRUE(new_root.ok());
        for (const std::uint64_t old_size : kBorders) {
            if (old_size > new_size) continue;
            const auto proof = ConsistencyProof(Tree(), old_size, new_size);
            ASSERT_TRUE(proof.ok()) << proof.status();
            EXPECT_EQ(*proof, NaiveProof(old_size, Tree().leaves().first(new_size))) << old_size << " " << new_size;
            const auto old_root = RootAt(Tree(), old_size);
            ASSERT_TRUE(old_root.ok());
            EXPECT_TRUE(VerifyConsistency(old_size, *old_root, new_size, *new_root, *proof));
        }
    }
}

RC_GTEST_PROP(TreeReaderTest, AnyTwoSizesAreConsistent, ()) {
    const auto new_size = *rc::gen::inRange<std::uint64_t>(0, kLeaves + 1);
    const auto old_size = *rc::gen::inRange<std::uint64_t>(0, new_size + 1);
    const auto old_root = RootAt(Tree(), old_size);
    const auto new_root = RootAt(Tree(), new_size);
    const auto proof = ConsistencyProof(Tree(), old_size, new_size);
    RC_ASSERT(old_root.ok() && new_root.ok() && proof.ok());
    RC_ASSERT(VerifyConsistency(old_size, *old_root, new_size, *new_root, *proof));
}

TEST(TreeReaderTest, ReadsAtMost255HashesALevel) {
    const SparseTree tree(SyntheticLeaves(65'536 + 65'535));
    const std::uint64_t size = tree.leaves().size();
    ASSERT_TRUE(FrontierAt(tree, size).ok());
    EXPECT_EQ(tree.hashes_read, 255U + 255U + 1U);
    EXPECT_EQ(tree.runs_read, 8U + 8U + 1U);
    for (const std::uint64_t old_size : {std::uint64_t{1}, std::uint64_t{32'767}, std::uint64_t{65'535}, size - 1}) {
        tree.runs_read = 0;
        tree.hashes_read = 0;
        ASSERT_TRUE(ConsistencyProof(tree, old_size, size).ok());
        EXPECT_LE(tree.runs_read, 2 * 17U) << old_size;
        EXPECT_LE(tree.hashes_read, 2 * 511U) << old_size;
    }
}

TEST(TreeReaderTest, RefusesSizesThatCannotBe) {
    EXPECT_EQ(ConsistencyProof(Tree(), 5, 4).status().code(), absl::StatusCode::kOutOfRange);
    EXPECT_EQ(ConsistencyProof(Tree(), 5, kTreeSizeMax + 1).status().code(), absl::StatusCode::kOutOfRange);
    EXPECT_EQ(FrontierAt(Tree(), kTreeSizeMax + 1).status().code(), absl::StatusCode::kOutOfRange);
    EXPECT_EQ(RootAt(Tree(), ~std::uint64_t{0}).status().code(), absl::StatusCode::kOutOfRange);
}

TEST(TreeReaderTest, HandsOnWhatTheSourceSays) {
    EXPECT_EQ(RootAt(Tree(), kLeaves + 1).status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(FrontierAt(Tree(), kLeaves + 1).status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ConsistencyProof(Tree(), 3, kLeaves + 1).status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ConsistencyProof(Tree(), kLeaves - 1, kTreeSizeMax).status().code(), absl::StatusCode::kNotFound);
}

TEST(TreeReaderTest, TooFewHashesAreALoss) {
    class ShortTree : public TreeSource {
      public:
        absl::StatusOr<std::vector<TreeHash>> Hashes(unsigned, std::uint64_t, std::uint64_t count) const override {
            return std::vector<TreeHash>(count - 1);
        }
    };
    const auto root = RootAt(ShortTree(), 3);
    EXPECT_EQ(root.status().code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(ReasonOf(root.status()), "CORRUPTION");
}

}  // namespace
}  // namespace throughline
