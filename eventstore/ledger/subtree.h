// Complete subtrees: how they are named, and which of them are worth a row on disk.
#pragma once

#include <cstdint>

#include "eventstore/ledger/merkle_hash.h"

namespace throughline {

/// Leaves that a tree can have at most: what verifiers that count in signed 64 bits can read.
inline constexpr std::uint64_t kTreeSizeMax = (std::uint64_t{1} << 63U) - 1;

/// The roots of complete subtrees are stored at each eighth level: of 256 leaves, of 65,536, and so on. What lies
/// between is at most 255 hashes away, and a row for every 256 records costs nothing worth naming.
inline constexpr unsigned kStoredLevelStep = 8;

/// The root of a complete subtree: over the leaves from `index` << `level` up to (`index` + 1) << `level`, without the
/// last. Level 0 is a leaf.
struct CompleteSubtree {
    unsigned level = 0;
    std::uint64_t index = 0;
    TreeHash root{};

    friend bool operator==(const CompleteSubtree&, const CompleteSubtree&) = default;
};

}  // namespace throughline
