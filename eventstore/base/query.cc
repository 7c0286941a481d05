// Matching of one record against a query.
#include "eventstore/base/query.h"

#include <algorithm>

namespace throughline {

bool Matches(const Query& query, std::string_view type, std::span<const std::string> tags) {
    if (query.items.empty()) return true;
    return std::any_of(query.items.begin(), query.items.end(), [&](const QueryItem& item) {
        const bool type_fits =
            item.types.empty() || std::find(item.types.begin(), item.types.end(), type) != item.types.end();
        return type_fits && std::all_of(item.tags.begin(), item.tags.end(), [&](const std::string& tag) {
                   return std::binary_search(tags.begin(), tags.end(), tag);
               });
    });
}

}  // namespace throughline
