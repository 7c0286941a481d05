// Both roots are rebuilt from the same hashes: one from those on the way to the old tree's last leaf, one from all.
#include "eventstore/ledger/consistency.h"

#include <bit>

#include "eventstore/ledger/subtree.h"

namespace throughline {

bool VerifyConsistency(std::uint64_t old_size, const TreeHash& old_root, std::uint64_t new_size,
                       const TreeHash& new_root, std::span<const TreeHash> proof) {
    if (old_size > new_size || new_size > kTreeSizeMax || proof.size() > kConsistencyProofMax) return false;
    if (old_size == new_size && old_root != new_root) return false;
    if (old_size == 0 && old_root != EmptyRoot()) return false;
    if (old_size == 0 || old_size == new_size) return proof.empty();

    // The last leaf of each tree, seen from the level of the proof's first hash.
    const auto level = std::countr_one(old_size - 1);
    std::uint64_t old_last = (old_size - 1) >> level;
    std::uint64_t new_last = (new_size - 1) >> level;
    // An old tree that is complete is itself the first hash, and is left out of the proof.
    TreeHash old_hash = old_root;
    if (!std::has_single_bit(old_size)) {
        if (proof.empty()) return false;
        old_hash = proof.front();
        proof = proof.subspan(1);
    }
    TreeHash new_hash = old_hash;
    for (const TreeHash& hash : proof) {
        if (new_last == 0) return false;
        if ((old_last & 1U) != 0 || old_last == new_last) {
            old_hash = NodeHash(hash, old_hash);
            new_hash = NodeHash(hash, new_hash);
            // Both trees end in the same lone node here, which stands for itself until it has a left neighbour.
            while (old_last != 0 && (old_last & 1U) == 0) {
                old_last >>= 1U;
                new_last >>= 1U;
            }
        } else {
            new_hash = NodeHash(new_hash, hash);
        }
        old_last >>= 1U;
        new_last >>= 1U;
    }
    return new_last == 0 && old_hash == old_root && new_hash == new_root;
}

}  // namespace throughline
