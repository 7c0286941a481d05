// The commands of the latest commits: what lets the writer see a repeat without looking into the index.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "eventstore/log/recent.h"
#include "eventstore/log/record_log.h"

namespace throughline {

/// For the writer's thread.
class RecentCommands {
  public:
    /// As Recent().
    RecentCommands(Position covered_from, std::size_t capacity) : commands_(covered_from, capacity) {}

    /// Notes a command of a commit that ends at `end`.
    void Put(std::string_view command_hash, StoredCommand command, Position end);

    /// All commands whose records stand from this position on are known here.
    [[nodiscard]] Position covered_from() const { return commands_.covered_from(); }

    [[nodiscard]] std::optional<StoredCommand> Find(std::string_view command_hash) const;

  private:
    /// By the 16 bytes of the hash.
    Recent<std::array<char, 16>, StoredCommand> commands_;
};

}  // namespace throughline
