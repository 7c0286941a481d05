// The last position of one of an item's tags is mostly enough; only where that is newer is the index walked.
#include "eventstore/log/condition_checker.h"

#include <algorithm>
#include <string>

#include "eventstore/log/keys.h"
#include "eventstore/log/query_cursor.h"

namespace throughline {

absl::StatusOr<std::optional<Position>> ConditionChecker::FirstFailure(const Condition& condition, Position end) {
    const Position from = condition.after ? Next(*condition.after) : Position{0};
    std::optional<Position> first;
    if (end <= from) return first;
    if (condition.query.items.empty()) return std::optional<Position>{from};
    const Walk walk{from, Position{ToUint64(end) - 1}, false};
    for (const QueryItem& item : condition.query.items) {
        const auto may_match = MayMatch(item, from);
        if (!may_match.ok()) return may_match.status();
        if (!*may_match) continue;
        const auto cursor = WalkItem(families_, types_, item, walk);
        if (absl::Status sought = cursor->Seek(from); !sought.ok()) return sought;
        if (cursor->at() && (!first || *cursor->at() < *first)) first = cursor->at();
    }
    return first;
}

absl::StatusOr<bool> ConditionChecker::MayMatch(const QueryItem& item, Position from) {
    for (const std::string& tag : item.tags) {
        const auto last = last_positions_.Find(TagPrefix(tag));
        if (!last.ok()) return last.status();
        if (!*last || **last < from) return false;
    }
    if (!item.tags.empty() || item.types.empty()) return true;
    for (const std::string& type : item.types) {
        const auto last = last_positions_.Find(TypePrefix(type));
        if (!last.ok()) return last.status();
        if (*last && from <= **last) return true;
    }
    return false;
}

}  // namespace throughline
