// Matching of one record against a query.
#include "eventstore/base/query.h"

#include <algorithm>

namespace throughline {

namespace {

template <class Tags>
bool MatchesAny(const Query& query, std::string_view type, const Tags& tags) {
    if (query.items.empty()) return true;
    return std::any_of(query.items.begin(), query.items.end(), [&](const QueryItem& item) {
        const bool type_fits =
            item.types.empty() || std::find(item.types.begin(), item.types.end(), type) != item.types.end();
        return type_fits && std::all_of(item.tags.begin(), item.tags.end(), [&](const std::string& tag) {
                   return std::binary_search(tags.begin(), tags.end(), std::string_view(tag));
               });
    });
}

}  // namespace

bool Matches(const Query& query, std::string_view type, std::span<const std::string> tags) {
    return MatchesAny(query, type, tags);
}

bool Matches(const Query& query, std::string_view type, std::span<const std::string_view> tags) {
    return MatchesAny(query, type, tags);
}

bool MatchesEverything(const Query& query) {
    return query.items.empty() || std::any_of(query.items.begin(), query.items.end(), [](const QueryItem& item) {
               return item.types.empty() && item.tags.empty();
           });
}

}  // namespace throughline
