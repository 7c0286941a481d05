// Walks over positions in one direction; queries are put together from such walks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "eventstore/base/position.h"
#include "eventstore/log/posting.h"

namespace throughline {

/// Where a walk goes: from the first to the last of these positions, which are both in it, or the other way.
struct Walk {
    Position low{};
    Position high{};
    bool backwards = false;

    [[nodiscard]] Position start() const { return backwards ? high : low; }
    /// Whether `a` comes before `b` on this walk.
    [[nodiscard]] bool Before(Position a, Position b) const { return backwards ? b < a : a < b; }
    [[nodiscard]] bool Holds(Position position) const { return low <= position && position <= high; }
};

/// A walk over some of the positions. For one thread.
class PositionCursor {
  public:
    virtual ~PositionCursor() = default;

    /// Where the cursor stands; nothing once the walk is over. Before the first Seek(): nothing.
    [[nodiscard]] const std::optional<Place>& at() const { return at_; }

    /// Goes to the first position of the walk that is not before `target`; never goes back.
    [[nodiscard]] virtual absl::Status Seek(Position target) = 0;

    /// Goes on by one; only where at() is something.
    [[nodiscard]] virtual absl::Status Advance() = 0;

  protected:
    std::optional<Place> at_;
};

/// The positions that all of `parts` (at least one) have in common.
[[nodiscard]] std::unique_ptr<PositionCursor> AllOfCursors(const Walk& walk,
                                                           std::vector<std::unique_ptr<PositionCursor>> parts);

/// The positions that any of `parts` has, each once.
[[nodiscard]] std::unique_ptr<PositionCursor> AnyOfCursors(const Walk& walk,
                                                           std::vector<std::unique_ptr<PositionCursor>> parts);

}  // namespace throughline
