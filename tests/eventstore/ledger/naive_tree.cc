// Slow and plain on purpose: what the ledger computes is compared with this.
#include "tests/eventstore/ledger/naive_tree.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace throughline::testing {
namespace {

std::uint64_t Split(std::uint64_t size) {
    std::uint64_t split = 1;
    while (split * 2 < size) split *= 2;
    return split;
}

std::vector<TreeHash> NaiveSubproof(std::uint64_t old_size, std::span<const TreeHash> leaves, bool whole) {
    if (old_size == leaves.size()) return whole ? std::vector<TreeHash>{} : std::vector<TreeHash>{NaiveRoot(leaves)};
    const std::uint64_t split = Split(leaves.size());
    std::vector<TreeHash> proof;
    if (old_size <= split) {
        proof = NaiveSubproof(old_size, leaves.first(split), whole);
        proof.push_back(NaiveRoot(leaves.subspan(split)));
    } else {
        proof = NaiveSubproof(old_size - split, leaves.subspan(split), false);
        proof.push_back(NaiveRoot(leaves.first(split)));
    }
    return proof;
}

}  // namespace

std::vector<TreeHash> SyntheticLeaves(std::uint64_t count) {
    std::vector<TreeHash> leaves(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        for (unsigned byte = 0; byte < 8; ++byte) leaves[i][byte] = static_cast<std::uint8_t>(i >> 8U * byte);
    }
    return leaves;
}

TreeHash NaiveRoot(std::span<const TreeHash> leaves) {
    if (leaves.empty()) return EmptyRoot();
    if (leaves.size() == 1) return leaves.front();
    const std::uint64_t split = Split(leaves.size());
    return NodeHash(NaiveRoot(leaves.first(split)), NaiveRoot(leaves.subspan(split)));
}

std::vector<TreeHash> NaiveProof(std::uint64_t old_size, std::span<const TreeHash> leaves) {
    if (old_size == 0) return {};
    return NaiveSubproof(old_size, leaves, true);
}

SparseTree::SparseTree(std::vector<TreeHash> leaves) : leaves_(std::move(leaves)) {
    std::vector<CompleteSubtree> completed;
    for (const TreeHash& leaf : leaves_) frontier_.Add(leaf, completed);
    for (const CompleteSubtree& subtree : completed) {
        EXPECT_TRUE(stored_.try_emplace({subtree.level, subtree.index}, subtree.root).second);
    }
}

absl::StatusOr<std::vector<TreeHash>> SparseTree::Hashes(unsigned level, std::uint64_t first,
                                                         std::uint64_t count) const {
    EXPECT_TRUE(count >= 1 && count <= 128) << count;
    EXPECT_EQ(first / 256, (first + count - 1) / 256);
    EXPECT_EQ(level % 8, 0U);
    ++runs_read;
    hashes_read += count;
    std::vector<TreeHash> hashes;
    for (std::uint64_t i = first; i < first + count; ++i) {
        if (level == 0 && i < leaves_.size()) {
            hashes.push_back(leaves_[i]);
        } else if (const auto row = stored_.find({level, i}); row != stored_.end()) {
            hashes.push_back(row->second);
        } else {
            return absl::NotFoundError(fmt::format("no hash {} of level {}", i, level));
        }
    }
    return hashes;
}

}  // namespace throughline::testing
