// Whoever removed or changed something cannot show that the new tree begins with the old one.
#include "eventstore/ledger/consistency.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/eventstore/ledger/naive_tree.h"

namespace throughline {
namespace {

using testing::NaiveProof;
using testing::NaiveRoot;
using testing::SyntheticLeaves;

constexpr std::uint64_t kSizeMax = 65;

/// A true statement about two trees; tests falsify one thing of it.
struct Claim {
    std::uint64_t old_size = 0;
    TreeHash old_root{};
    std::uint64_t new_size = 0;
    TreeHash new_root{};
    std::vector<TreeHash> proof;

    [[nodiscard]] bool Holds() const { return VerifyConsistency(old_size, old_root, new_size, new_root, proof); }
};

Claim TrueClaim(std::uint64_t old_size, std::uint64_t new_size) {
    const auto leaves = SyntheticLeaves(new_size);
    const std::span<const TreeHash> all = leaves;
    return {old_size, NaiveRoot(all.first(old_size)), new_size, NaiveRoot(all), NaiveProof(old_size, all)};
}

/// By the new size, then by the old one.
const std::vector<std::vector<Claim>>& TrueClaims() {
    static const auto claims = [] {
        std::vector<std::vector<Claim>> made(kSizeMax + 1);
        for (std::uint64_t new_size = 0; new_size <= kSizeMax; ++new_size) {
            for (std::uint64_t old_size = 0; old_size <= new_size; ++old_size) {
                made[new_size].push_back(TrueClaim(old_size, new_size));
            }
        }
        return made;
    }();
    return claims;
}

template <class Check>
void ForEveryPair(Check check) {
    for (const auto& claims : TrueClaims()) {
        for (const Claim& claim : claims) {
            SCOPED_TRACE(::testing::Message() << claim.old_size << " in " << claim.new_size);
            check(claim);
        }
    }
}

TEST(ConsistencyTest, EveryTreeBeginsWithEverySmallerOne) {
    ForEveryPair([](const Claim& claim) { EXPECT_TRUE(claim.Holds()); });
}

TEST(ConsistencyTest, AChangedHashIsSeen) {
    ForEveryPair([](const Claim& claim) {
        for (std::size_t i = 0; i < claim.proof.size(); ++i) {
            Claim changed = claim;
            changed.proof[i][i % kTreeHashBytes] ^= 0x10U;
            EXPECT_FALSE(changed.Holds()) << i;
        }
    });
}

TEST(ConsistencyTest, ADroppedAnAddedAndASwappedHashAreSeen) {
    ForEveryPair([](const Claim& claim) {
        for (std::size_t i = 0; i <= claim.proof.size(); ++i) {
            const auto place = static_cast<std::ptrdiff_t>(i);
            for (const TreeHash& hash : {TreeHash{}, claim.old_root, claim.new_root}) {
                Claim added = claim;
                added.proof.insert(added.proof.begin() + place, hash);
                EXPECT_FALSE(added.Holds()) << i;
            }
            if (i == claim.proof.size()) continue;
            Claim dropped = claim;
            dropped.proof.erase(dropped.proof.begin() + place);
            EXPECT_FALSE(dropped.Holds()) << i;
            if (i == 0) continue;
            Claim swapped = claim;
            std::swap(swapped.proof[i - 1], swapped.proof[i]);
            EXPECT_FALSE(swapped.Holds()) << i;
        }
    });
}

TEST(ConsistencyTest, AChangedRootIsSeen) {
    ForEveryPair([](const Claim& claim) {
        Claim changed = claim;
        changed.old_root[31] ^= 1U;
        EXPECT_FALSE(changed.Holds());
        changed = claim;
        changed.new_root[0] ^= 0x80U;
        // The empty tree says nothing about what follows it.
        EXPECT_EQ(changed.Holds(), claim.old_size == 0 && claim.new_size != 0);
        changed = claim;
        std::swap(changed.old_root, changed.new_root);
        EXPECT_EQ(changed.Holds(), claim.old_size == claim.new_size);
    });
}

TEST(ConsistencyTest, AWrongOldSizeIsSeen) {
    ForEveryPair([](const Claim& claim) {
        for (std::uint64_t old_size = 0; old_size <= kSizeMax + 1; ++old_size) {
            if (old_size == claim.old_size) continue;
            Claim changed = claim;
            changed.old_size = old_size;
            EXPECT_FALSE(changed.Holds()) << old_size;
        }
    });
}

// A proof of the same hashes may fit several sizes of the new tree, but then not with that size's root.
TEST(ConsistencyTest, AWrongNewSizeIsSeen) {
    ForEveryPair([](const Claim& claim) {
        if (claim.old_size == 0) return;
        for (std::uint64_t new_size = 0; new_size <= kSizeMax; ++new_size) {
            if (new_size == claim.new_size) continue;
            Claim changed = claim;
            changed.new_size = new_size;
            const auto& truths = TrueClaims()[new_size];
            if (new_size < claim.old_size || truths[claim.old_size].proof.size() != claim.proof.size()) {
                EXPECT_FALSE(changed.Holds()) << new_size;
            }
            changed.new_root = truths.front().new_root;
            EXPECT_FALSE(changed.Holds()) << new_size;
        }
    });
}

TEST(ConsistencyTest, AnyInputIsAnswered) {
    const std::vector<TreeHash> hashes(100);
    const std::uint64_t sizes[] = {0,
                                   1,
                                   2,
                                   3,
                                   255,
                                   256,
                                   (std::uint64_t{1} << 62U) - 1,
                                   std::uint64_t{1} << 62U,
                                   (std::uint64_t{1} << 62U) + 1,
                                   (std::uint64_t{1} << 63U) - 1,
                                   std::uint64_t{1} << 63U,
                                   ~std::uint64_t{0} - 1,
                                   ~std::uint64_t{0}};
    for (const std::uint64_t old_size : sizes) {
        for (const std::uint64_t new_size : sizes) {
            for (std::size_t length = 0; length <= hashes.size(); ++length) {
                const bool same = old_size == new_size && old_size > 0 && new_size < std::uint64_t{1} << 63U;
                EXPECT_EQ(VerifyConsistency(old_size, {}, new_size, {}, std::span(hashes).first(length)),
                          same && length == 0)
                    << old_size << " " << new_size << " " << length;
            }
        }
    }
}

RC_GTEST_PROP(ConsistencyTest, ARewrittenLeafIsSeen, ()) {
    const auto new_size = *rc::gen::inRange<std::uint64_t>(1, 600);
    const auto old_size = *rc::gen::inRange<std::uint64_t>(1, new_size + 1);
    const auto leaf = *rc::gen::inRange<std::uint64_t>(0, old_size);
    const Claim claim = TrueClaim(old_size, new_size);
    RC_ASSERT(claim.Holds());
    auto leaves = SyntheticLeaves(new_size);
    leaves[leaf][9] ^= 1U;
    Claim rewritten = claim;
    rewritten.new_root = NaiveRoot(leaves);
    rewritten.proof = NaiveProof(old_size, leaves);
    RC_ASSERT(!rewritten.Holds());
    rewritten.proof = claim.proof;
    RC_ASSERT(!rewritten.Holds());
}

}  // namespace
}  // namespace throughline
