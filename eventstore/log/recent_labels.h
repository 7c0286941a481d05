// The last position of each label that came lately: what lets the writer decide without looking into the index.
#pragma once

#include <cstddef>

#include "eventstore/base/position.h"
#include "eventstore/log/label.h"
#include "eventstore/log/recent.h"

namespace throughline {

/// For the writer's thread.
class RecentLabels {
  public:
    /// As Recent().
    RecentLabels(Position covered_from, std::size_t capacity) : last_(covered_from, capacity) {}

    /// Notes the last position of a label in a commit that ends at `end`.
    void Put(const Label& label, Position last, Position end) { last_.Put(label, last, end); }

    /// All that was added from this position on is known here.
    [[nodiscard]] Position covered_from() const { return last_.covered_from(); }

    /// Whether a record that may match stands at `from` or after; `from` is not before covered_from().
    [[nodiscard]] bool MayMatch(const LabelQuery::Item& item, Position from) const;

  private:
    Recent<Label, Position> last_;
};

}  // namespace throughline
