// The last position of each label that came lately: what lets the writer decide without looking into the index.
#pragma once

#include <cstddef>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "eventstore/base/position.h"
#include "eventstore/log/label.h"

namespace throughline {

/// Two generations: the young one fills up, then takes the place of the old one. For the writer's thread.
class RecentLabels {
  public:
    /// Everything from `covered_from` on will be told; half of `capacity` labels are kept at least.
    RecentLabels(Position covered_from, std::size_t capacity);

    /// Notes the last position of a label in a commit that ends at `end`.
    void Put(const Label& label, Position last, Position end);

    /// All that was added from this position on is known here.
    [[nodiscard]] Position covered_from() const { return old_from_; }

    /// Whether a record that may match stands at `from` or after; `from` is not before covered_from().
    [[nodiscard]] bool MayMatch(const LabelQuery::Item& item, Position from) const;

  private:
    using Generation = absl::flat_hash_map<Label, Position>;

    [[nodiscard]] bool Reaches(const Label& label, Position from) const;

    const std::size_t half_;
    Generation young_;
    Generation old_;
    Position young_from_;
    Position old_from_;
};

}  // namespace throughline
