// Adding a leaf is adding one to a binary number: each carry joins two subtrees of the same size.
#include "eventstore/ledger/frontier.h"

#include <bit>
#include <cstdlib>
#include <optional>

namespace throughline {
namespace {

bool HasPeak(std::uint64_t size, unsigned level) {
    return (size >> level & 1U) != 0;
}

}  // namespace

Frontier::Frontier(std::uint64_t size, std::span<const TreeHash> peaks) : size_(size) {
    if (size > kTreeSizeMax || peaks.size() != static_cast<std::size_t>(std::popcount(size))) std::abort();
    std::size_t next = peaks.size();
    for (unsigned level = 0; next > 0; ++level) {
        if (HasPeak(size, level)) peaks_[level] = peaks[--next];
    }
}

void Frontier::Add(const TreeHash& leaf, std::vector<CompleteSubtree>& stored) {
    if (size_ >= kTreeSizeMax) std::abort();
    TreeHash joined = leaf;
    unsigned level = 0;
    while (HasPeak(size_, level)) {
        joined = NodeHash(peaks_[level], joined);
        ++level;
        if (level % kStoredLevelStep == 0) stored.push_back({level, size_ >> level, joined});
    }
    peaks_[level] = joined;
    ++size_;
}

TreeHash Frontier::Root() const {
    std::optional<TreeHash> root;
    for (unsigned level = 0; level < peaks_.size(); ++level) {
        if (!HasPeak(size_, level)) continue;
        root = root ? NodeHash(peaks_[level], *root) : peaks_[level];
    }
    return root ? *root : EmptyRoot();
}

bool operator==(const Frontier& a, const Frontier& b) {
    if (a.size_ != b.size_) return false;
    for (unsigned level = 0; level < a.peaks_.size(); ++level) {
        if (HasPeak(a.size_, level) && a.peaks_[level] != b.peaks_[level]) return false;
    }
    return true;
}

}  // namespace throughline
