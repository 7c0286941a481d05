// The last position of each tag and type that the writer met lately, so that most conditions need no look at the disk.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/status/statusor.h"
#include "eventstore/base/position.h"
#include "eventstore/log/log_families.h"

namespace throughline {

/// Bounded: two generations; when the younger is full, the older one goes. For the writer's thread.
class LastPositions {
  public:
    /// `families` must outlive this.
    LastPositions(const LogFamilies& families, std::size_t count_max) : families_(families), half_(count_max / 2) {}

    /// The last position under a TagPrefix() or TypePrefix(), from memory or from the index; nothing where there is
    /// none.
    [[nodiscard]] absl::StatusOr<std::optional<Position>> Find(const std::string& prefix);

    /// Says that this one is durable now.
    void Put(const std::string& prefix, Position last);

  private:
    using Generation = std::unordered_map<std::string, std::optional<Position>>;

    void Remember(const std::string& prefix, std::optional<Position> last);
    [[nodiscard]] absl::StatusOr<std::optional<Position>> Load(const std::string& prefix) const;

    const LogFamilies& families_;
    const std::size_t half_;
    Generation young_;
    Generation old_;
};

}  // namespace throughline
