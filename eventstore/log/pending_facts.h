// What the commit under way will add: conditions of later appends in the same commit must see it.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "eventstore/base/position.h"
#include "eventstore/log/label.h"
#include "eventstore/log/prepared_append.h"

namespace throughline {

/// Points into the appends it was given; they must outlive it. For the writer's thread.
class PendingFacts {
  public:
    /// Adds an append whose first event will stand at `first`.
    void Add(const PreparedAppend& prepared, Position first);

    /// The first pending position that matches; nothing where none does.
    [[nodiscard]] std::optional<Position> FirstMatch(const LabelQuery& query) const;

  private:
    struct Fact {
        const PreparedEvent* event = nullptr;
        Position position{};
    };

    [[nodiscard]] std::optional<Position> FirstMatch(const LabelQuery::Item& item) const;

    std::vector<Fact> facts_;
    absl::flat_hash_map<Label, std::vector<std::size_t>> by_label_;
};

}  // namespace throughline
