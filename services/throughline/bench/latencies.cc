// Buckets grow with the value: 128 of equal width between one power of two and the next.
#include "services/throughline/bench/latencies.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace throughline {
namespace {

constexpr unsigned kBits = 7;
constexpr std::uint64_t kPerDoubling = 1U << kBits;
constexpr std::uint64_t kLargestNs = 3'600'000'000'000;

std::size_t BucketOf(std::uint64_t ns) {
    if (ns < kPerDoubling) return ns;
    const auto shift = static_cast<unsigned>(std::bit_width(ns)) - kBits - 1;
    return (shift + 1) * kPerDoubling + ((ns >> shift) - kPerDoubling);
}

/// The middle of what a bucket counts.
std::uint64_t ValueOf(std::size_t bucket) {
    if (bucket < kPerDoubling) return bucket;
    const std::size_t shift = bucket / kPerDoubling - 1;
    const std::uint64_t first = (kPerDoubling + bucket % kPerDoubling) << shift;
    return first + ((std::uint64_t{1} << shift) >> 1U);
}

}  // namespace

Latencies::Latencies() : buckets_(BucketOf(kLargestNs) + 1) {}

void Latencies::Add(std::chrono::nanoseconds took) {
    took = std::max(took, std::chrono::nanoseconds(0));
    ++buckets_[BucketOf(std::min(static_cast<std::uint64_t>(took.count()), kLargestNs))];
    ++count_;
    sum_ += took;
    max_ = std::max(max_, took);
}

std::chrono::nanoseconds Latencies::Quantile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
        seen += buckets_[bucket];
        if (seen >= wanted && seen > 0) {
            return std::min(max_, std::chrono::nanoseconds(static_cast<std::int64_t>(ValueOf(bucket))));
        }
    }
    return max_;
}

std::chrono::nanoseconds Latencies::Mean() const {
    return count_ == 0 ? sum_ : sum_ / static_cast<std::int64_t>(count_);
}

}  // namespace throughline
