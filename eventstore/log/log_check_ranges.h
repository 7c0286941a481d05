// Compares what is stored somewhere with what the log says should be there, in memory that hardly grows with the log.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "eventstore/base/position.h"
#include "eventstore/base/record_header.h"
#include "eventstore/log/log_families.h"

namespace throughline {

/// Sums of hashes of entries, one for each run of some thousand positions: what is expected is added, what is found is
/// taken away, in any order. A sum that is not 0 says where to look closely. Hashes are SHA-256 with a key of the
/// moment, cut to 128 bits, so nobody can make entries whose differences cancel.
class RangeSums {
  public:
    static constexpr std::uint64_t kRangePositions = 4'096;

    RangeSums();

    /// `parts` are the entry's bytes, told apart by their fixed lengths; together at most 39.
    void Expect(Position position, std::initializer_list<std::string_view> parts) { Add(position, parts, false); }
    void Find(Position position, std::initializer_list<std::string_view> parts) { Add(position, parts, true); }

    /// The ranges that differ, ascending; range r holds the positions from r × kRangePositions on.
    [[nodiscard]] std::vector<std::uint64_t> Differing() const;

    [[nodiscard]] static std::uint64_t RangeOf(Position position) { return ToUint64(position) / kRangePositions; }

  private:
    struct Sum {
        std::uint64_t low = 0;
        std::uint64_t high = 0;
    };

    void Add(Position position, std::initializer_list<std::string_view> parts, bool negative);

    std::array<std::uint8_t, 16> key_{};
    absl::flat_hash_map<std::uint64_t, Sum> sums_;
};

/// A number's bytes as they stand in memory: for a part of an entry. It must outlive the view.
template <class Number>
[[nodiscard]] std::string_view PartOf(const Number& number) {
    static_assert(std::has_unique_object_representations_v<Number>);
    return {reinterpret_cast<const char*>(&number), sizeof number};
}

/// Positions that could not be looked at. They are added in ascending order.
class MissedPositions {
  public:
    void Add(Position first, Position last);
    [[nodiscard]] bool Contains(Position position) const;
    [[nodiscard]] bool empty() const { return runs_.empty(); }

  private:
    std::vector<std::pair<Position, Position>> runs_;
};

/// Shows the headers in one range that can be read.
///   an error where the disk cannot be read; damage is passed over
[[nodiscard]] absl::Status VisitRange(
    const LogFamilies& families, std::uint64_t range,
    absl::FunctionRef<void(Position position, Position frame, const RecordHeaderView& fields)> visit);

}  // namespace throughline
