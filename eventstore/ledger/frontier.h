// What a tree must remember so that it can grow: the roots of its largest complete subtrees.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "eventstore/ledger/merkle_hash.h"
#include "eventstore/ledger/subtree.h"

namespace throughline {

/// The right edge of a growing tree: one hash for each set bit of its size. Source: RFC 6962 §2.1.
///
/// A value of some 2 KiB: a commit adds its leaves to a copy, which takes the place of the old one once they are
/// durable. For one thread at a time; leaf and node hashes are all that an Add costs.
class Frontier {
  public:
    /// The tree without leaves.
    Frontier() = default;

    /// A tree of `size` leaves whose largest complete subtrees have the roots `peaks`, from the left, the largest
    /// first. Aborts where they are not one for each set bit of `size`, or `size` is above kTreeSizeMax.
    Frontier(std::uint64_t size, std::span<const TreeHash> peaks);

    /// Adds a leaf, by its LeafHash, and to `stored` the subtrees that this completes and that belong on disk (levels
    /// 8, 16, 24 …), lowest first. Aborts at kTreeSizeMax.
    void Add(const TreeHash& leaf, std::vector<CompleteSubtree>& stored);

    [[nodiscard]] std::uint64_t size() const { return size_; }

    /// At most 62 node hashes.
    [[nodiscard]] TreeHash Root() const;

    friend bool operator==(const Frontier& a, const Frontier& b);

  private:
    std::uint64_t size_ = 0;
    std::array<TreeHash, 64> peaks_{};  // By level; one counts where that bit of `size_` is set.
};

}  // namespace throughline
