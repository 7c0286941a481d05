// The commands of the latest commits: what lets the writer see a repeat without looking into the index.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "eventstore/log/record_log.h"

namespace throughline {

/// Two generations, as in RecentLabels. For the writer's thread.
class RecentCommands {
  public:
    RecentCommands(Position covered_from, std::size_t capacity);

    /// Notes a command of a commit that ends at `end`.
    void Put(std::string_view command_hash, StoredCommand command, Position end);

    /// All commands whose records stand from this position on are known here.
    [[nodiscard]] Position covered_from() const { return old_from_; }

    [[nodiscard]] std::optional<StoredCommand> Find(std::string_view command_hash) const;

  private:
    /// By the 16 bytes of the hash.
    using Generation = absl::flat_hash_map<std::array<char, 16>, StoredCommand>;

    const std::size_t half_;
    Generation young_;
    Generation old_;
    Position young_from_;
    Position old_from_;
};

}  // namespace throughline
