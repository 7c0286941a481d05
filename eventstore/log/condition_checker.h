// Whether a condition holds against what is durable.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "eventstore/base/query.h"
#include "eventstore/log/last_positions.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/type_ids.h"

namespace throughline {

/// For the writer's thread. What it is given must outlive it.
class ConditionChecker {
  public:
    ConditionChecker(const LogFamilies& families, const TypeIds& types, LastPositions& last_positions)
        : families_(families), types_(types), last_positions_(last_positions) {}

    /// The first durable position that fails the condition; nothing where it holds. `end`: the end of what is durable.
    [[nodiscard]] absl::StatusOr<std::optional<Position>> FirstFailure(const Condition& condition, Position end);

  private:
    /// False where the last positions alone show that nothing from `from` on matches.
    [[nodiscard]] absl::StatusOr<bool> MayMatch(const QueryItem& item, Position from);

    const LogFamilies& families_;
    const TypeIds& types_;
    LastPositions& last_positions_;
};

}  // namespace throughline
