// The hashes are those of RFC 6962, whatever the length of what is hashed.
#include "eventstore/ledger/merkle_hash.h"

#include <gtest/gtest.h>

#include "eventstore/base/digest.h"
#include "tests/eventstore/ledger/vectors.h"

namespace throughline {
namespace {

using testing::ArrayOf;
using testing::HashOf;
using testing::Unhex;
using testing::Vectors;

TEST(MerkleHashTest, GivesTheKnownAnswers) {
    const auto vectors = Vectors();
    EXPECT_EQ(EmptyRoot(), HashOf(vectors["rfc6962"]["empty_root"]));
    const auto& checkpoint = vectors["checkpoint"];
    const auto& leaves = checkpoint["leaves"];
    ASSERT_EQ(leaves.size(), 3U);
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        EXPECT_EQ(LeafHash(checkpoint["entries_ascii"][i].get<std::string>()), HashOf(leaves[i])) << i;
    }
    EXPECT_EQ(NodeHash(HashOf(leaves[0]), HashOf(leaves[1])), HashOf(checkpoint["node_0_1"]));
}

TEST(MerkleHashTest, HashesEntriesOfEveryLength) {
    std::string entry;
    for (const int length : {0, 1, 54, 55, 56, 62, 63, 64, 65, 127, 128, 250, 65'535}) {
        entry.resize(static_cast<std::size_t>(length), 'e');
        EXPECT_EQ(LeafHash(entry), ArrayOf<kTreeHashBytes>(Sha256(std::string(1, '\0') + entry))) << length;
    }
}

TEST(MerkleHashTest, ALeafNeverPassesForANode) {
    const TreeHash left = LeafHash("left");
    const TreeHash right = LeafHash("right");
    std::string pair(left.begin(), left.end());
    pair.append(right.begin(), right.end());
    EXPECT_NE(LeafHash(pair), NodeHash(left, right));
    EXPECT_NE(NodeHash(left, right), NodeHash(right, left));
}

}  // namespace
}  // namespace throughline
