// What the commit under way will add: conditions of later appends in the same commit must see it.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "eventstore/base/position.h"
#include "eventstore/base/query.h"
#include "eventstore/log/record_log.h"

namespace throughline {

/// Holds views into the appends it was given; they must outlive it. For the writer's thread.
class PendingFacts {
  public:
    /// Adds an append whose first event will stand at `first`.
    void Add(const SealedAppend& append, Position first);

    /// The first pending position that matches; nothing where none does.
    [[nodiscard]] std::optional<Position> FirstMatch(const Query& query) const;

  private:
    struct Fact {
        const SealedEvent* event = nullptr;
        Position position{};
    };
    using Places = std::vector<std::size_t>;

    [[nodiscard]] std::optional<Position> FirstMatch(const QueryItem& item) const;

    std::vector<Fact> facts_;
    std::unordered_map<std::string_view, Places> by_tag_;
    std::unordered_map<std::string_view, Places> by_type_;
};

}  // namespace throughline
