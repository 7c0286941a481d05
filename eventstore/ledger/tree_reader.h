// Roots and proofs of a tree most of which is stored nowhere: read from sparse rows, recomputed between them.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/ledger/frontier.h"
#include "eventstore/ledger/merkle_hash.h"

namespace throughline {

/// Where the hashes of a tree come from.
class TreeSource {
  public:
    virtual ~TreeSource() = default;

    /// The roots of `count` complete subtrees of `level`, from number `first` on. Level 0 asks for leaf hashes; any
    /// other is a multiple of 8 that is stored. Asked for are 1 to 128, never on both sides of a multiple of 256.
    ///
    /// An error is handed on as it is; fewer or more hashes than asked for are DATA_LOSS.
    [[nodiscard]] virtual absl::StatusOr<std::vector<TreeHash>> Hashes(unsigned level, std::uint64_t first,
                                                                       std::uint64_t count) const = 0;
};

/// Root of the complete subtree `index` of `level`, which is any level up to 62: at most 128 hashes read, in one run.
///   DATA_LOSS    the source has not as many hashes as it should (reason CORRUPTION)
///   otherwise    what the source says
[[nodiscard]] absl::StatusOr<TreeHash> SubtreeRoot(const TreeSource& source, unsigned level, std::uint64_t index);

/// The state for appending to the tree of the first `size` leaves: for each level that is stored, and for the leaves,
/// at most 8 runs and 255 hashes are read. Errors as SubtreeRoot.
///   OUT_OF_RANGE    `size` is above kTreeSizeMax
[[nodiscard]] absl::StatusOr<Frontier> FrontierAt(const TreeSource& source, std::uint64_t size);

/// Root of the tree of the first `size` leaves. Cost and errors as FrontierAt.
[[nodiscard]] absl::StatusOr<TreeHash> RootAt(const TreeSource& source, std::uint64_t size);

/// The hashes that show that the tree of `new_size` begins with the tree of `old_size`; none where `old_size` is 0 or
/// `new_size`. Source: RFC 6962 §2.1.2. At most twice the cost of FrontierAt; errors as there.
///   OUT_OF_RANGE    `old_size` is above `new_size`
[[nodiscard]] absl::StatusOr<std::vector<TreeHash>> ConsistencyProof(const TreeSource& source, std::uint64_t old_size,
                                                                     std::uint64_t new_size);

}  // namespace throughline
