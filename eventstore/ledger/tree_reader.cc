// Every range that a proof asks for starts where a complete subtree does, so that it falls into complete subtrees.
#include "eventstore/ledger/tree_reader.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/ledger/subtree.h"

namespace throughline {
namespace {

/// The frontier of the leaves from `begin` on, `size` of them, as a tree of their own. `begin` is a multiple of the
/// largest power of two in `size`, or of more.
absl::StatusOr<Frontier> FrontierOfRange(const TreeSource& source, std::uint64_t begin, std::uint64_t size) {
    std::vector<TreeHash> peaks;
    for (auto level = static_cast<unsigned>(std::bit_width(size)); level-- > 0;) {
        const std::uint64_t leaves = std::uint64_t{1} << level;
        if ((size & leaves) == 0) continue;
        auto root = SubtreeRoot(source, level, begin >> level);
        if (!root.ok()) return root.status();
        peaks.push_back(*root);
        begin += leaves;
    }
    return Frontier(size, peaks);
}

absl::StatusOr<TreeHash> RootOfRange(const TreeSource& source, std::uint64_t begin, std::uint64_t end) {
    const auto frontier = FrontierOfRange(source, begin, end - begin);
    if (!frontier.ok()) return frontier.status();
    return frontier->Root();
}

absl::Status CheckSize(std::uint64_t size) {
    if (size <= kTreeSizeMax) return absl::OkStatus();
    return absl::OutOfRangeError(fmt::format("a tree has at most {} leaves, not {}", kTreeSizeMax, size));
}

}  // namespace

absl::StatusOr<TreeHash> SubtreeRoot(const TreeSource& source, unsigned level, std::uint64_t index) {
    const unsigned above_stored = level % kStoredLevelStep;
    const unsigned stored_level = level - above_stored;
    const std::uint64_t count = std::uint64_t{1} << above_stored;
    auto hashes = source.Hashes(stored_level, index << above_stored, count);
    if (!hashes.ok()) return hashes.status();
    if (hashes->size() != count) {
        return WithReason(
            absl::DataLossError(fmt::format("the tree has {} of {} hashes of level {} from number {} on; restore "
                                            "the log from a backup",
                                            hashes->size(), count, stored_level, index << above_stored)),
            "CORRUPTION");
    }
    for (std::size_t width = hashes->size() / 2; width > 0; width /= 2) {
        for (std::size_t i = 0; i < width; ++i) (*hashes)[i] = NodeHash((*hashes)[2 * i], (*hashes)[2 * i + 1]);
    }
    return hashes->front();
}

absl::StatusOr<Frontier> FrontierAt(const TreeSource& source, std::uint64_t size) {
    if (absl::Status status = CheckSize(size); !status.ok()) return status;
    return FrontierOfRange(source, 0, size);
}

absl::StatusOr<TreeHash> RootAt(const TreeSource& source, std::uint64_t size) {
    const auto frontier = FrontierAt(source, size);
    if (!frontier.ok()) return frontier.status();
    return frontier->Root();
}

absl::StatusOr<std::vector<TreeHash>> ConsistencyProof(const TreeSource& source, std::uint64_t old_size,
                                                       std::uint64_t new_size) {
    if (absl::Status status = CheckSize(new_size); !status.ok()) return status;
    if (old_size > new_size) {
        return absl::OutOfRangeError(
            fmt::format("a tree of {} leaves does not begin with one of {}; ask the other way", new_size, old_size));
    }
    std::vector<TreeHash> proof;
    if (old_size == 0 || old_size == new_size) return proof;
    // Down to the subtree that ends where the old tree does, taking the root of what is passed by on the way.
    std::uint64_t begin = 0;
    std::uint64_t end = new_size;
    while (end != old_size) {
        const std::uint64_t middle = begin + std::bit_floor(end - begin - 1);
        const bool left = old_size <= middle;
        auto passed = left ? RootOfRange(source, middle, end) : RootOfRange(source, begin, middle);
        if (!passed.ok()) return passed.status();
        proof.push_back(*passed);
        (left ? end : begin) = middle;
    }
    // Where it is the old tree itself, the verifier has its root.
    if (begin > 0) {
        auto last = RootOfRange(source, begin, end);
        if (!last.ok()) return last.status();
        proof.push_back(*last);
    }
    std::reverse(proof.begin(), proof.end());
    return proof;
}

}  // namespace throughline
