// The tree as RFC 6962 defines it, by recursion over all leaves, and a source that stores only what the log stores.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "eventstore/ledger/frontier.h"
#include "eventstore/ledger/merkle_hash.h"
#include "eventstore/ledger/tree_reader.h"

namespace throughline::testing {

/// `count` different hashes that cost nothing to make.
std::vector<TreeHash> SyntheticLeaves(std::uint64_t count);

/// Source: RFC 6962 §2.1.
TreeHash NaiveRoot(std::span<const TreeHash> leaves);

/// Source: RFC 6962 §2.1.2.
std::vector<TreeHash> NaiveProof(std::uint64_t old_size, std::span<const TreeHash> leaves);

/// Leaves, and of the tree above them what Frontier says is to be stored. Counts what is read.
class SparseTree : public TreeSource {
  public:
    explicit SparseTree(std::vector<TreeHash> leaves);

    absl::StatusOr<std::vector<TreeHash>> Hashes(unsigned level, std::uint64_t first,
                                                 std::uint64_t count) const override;

    std::span<const TreeHash> leaves() const { return leaves_; }
    const Frontier& frontier() const { return frontier_; }
    std::size_t stored() const { return stored_.size(); }

    mutable std::uint64_t runs_read = 0;
    mutable std::uint64_t hashes_read = 0;

  private:
    std::vector<TreeHash> leaves_;
    Frontier frontier_;
    std::map<std::pair<unsigned, std::uint64_t>, TreeHash> stored_;
};

}  // namespace throughline::testing
