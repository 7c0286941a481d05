// Whether a larger tree begins with a smaller one, asked of a proof from someone who is not trusted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "eventstore/ledger/merkle_hash.h"

namespace throughline {

/// Hashes that a proof can have at most: one for each level of the largest tree, and the subtree that it starts from.
inline constexpr std::size_t kConsistencyProofMax = 64;

/// True where `proof` shows that the tree of `new_size` leaves with `new_root` begins with the tree of `old_size`
/// leaves with `old_root`. Any other input gives false, however it is made. Source: RFC 9162 §2.1.4.2.
///
/// A tree begins with itself, and every tree begins with the empty one: by an empty proof, and only with the right
/// roots. The empty tree thus proves nothing about the new root.
///
/// A root alone does not say how large its tree is, and a proof may fit several sizes: take each size from where its
/// root comes from, a signed checkpoint or one's own tree.
[[nodiscard]] bool VerifyConsistency(std::uint64_t old_size, const TreeHash& old_root, std::uint64_t new_size,
                                     const TreeHash& new_root, std::span<const TreeHash> proof);

}  // namespace throughline
