// How long requests took: counted in buckets of bounded error, so that a long run takes no more memory than a short
// one.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace throughline {

/// A histogram of durations up to an hour, each counted within 0.8 % of what it was; the largest is kept exactly.
class Latencies {
  public:
    Latencies();

    void Add(std::chrono::nanoseconds took);

    /// The duration that `share` (0 to 1) of all did not exceed; zero where there are none.
    [[nodiscard]] std::chrono::nanoseconds Quantile(double share) const;
    [[nodiscard]] std::chrono::nanoseconds max() const { return max_; }
    [[nodiscard]] std::chrono::nanoseconds Mean() const;
    [[nodiscard]] std::uint64_t count() const { return count_; }

  private:
    std::vector<std::uint64_t> buckets_;
    std::uint64_t count_ = 0;
    std::chrono::nanoseconds sum_{0};
    std::chrono::nanoseconds max_{0};
};

}  // namespace throughline
