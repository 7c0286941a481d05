// Conditions against what is durable, by the index; safe from many threads, so that callers check before they wait.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "eventstore/base/query.h"
#include "eventstore/log/label.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/type_ids.h"

namespace throughline {

/// What it is given must outlive it.
class ConditionChecker {
  public:
    ConditionChecker(const LogFamilies& families, const TypeIds& types) : families_(families), types_(types) {}

    /// The first position from `from` on, and before `end`, that matches; nothing where none does. `labels` is `query`
    /// in labels.
    [[nodiscard]] absl::StatusOr<std::optional<Position>> FirstMatch(const Query& query, const LabelQuery& labels,
                                                                     Position from, Position end) const;

  private:
    /// False where the index says at once that nothing from `from` on matches: the last posting of one of the tags, or
    /// of each type, is older.
    [[nodiscard]] absl::StatusOr<bool> MayMatch(const LabelQuery::Item& item, Position from) const;

    const LogFamilies& families_;
    const TypeIds& types_;
};

/// Where a condition begins to look.
[[nodiscard]] inline Position FirstLookedAt(const Condition& condition) {
    return condition.after ? Next(*condition.after) : Position{0};
}

}  // namespace throughline
