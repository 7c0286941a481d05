// Queries over types and tags: what a decision reads, and the boundary within which it must not have changed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/base/position.h"

namespace throughline {

/// Matches a record whose type is one of `types` (any where empty) and that carries all of `tags`.
struct QueryItem {
    std::vector<std::string> types;
    std::vector<std::string> tags;

    bool operator==(const QueryItem&) const = default;
};

/// Matches a record that matches any item; without items, every record.
struct Query {
    std::vector<QueryItem> items;

    bool operator==(const Query&) const = default;
};

/// Whether a record of this type with these tags (sorted) matches.
[[nodiscard]] bool Matches(const Query& query, std::string_view type, std::span<const std::string> tags);
[[nodiscard]] bool Matches(const Query& query, std::string_view type, std::span<const std::string_view> tags);

/// Whether every record matches: there are no items, or one of them asks for nothing.
[[nodiscard]] bool MatchesEverything(const Query& query);

/// Holds if nothing that matches `query` stands after `after`. Without `after`: nothing at all that matches.
struct Condition {
    Query query;
    std::optional<Position> after;
};

}  // namespace throughline
