// Any of the items; of each, all tags in common, and one of its types.
#include "eventstore/log/query_cursor.h"

#include <string>
#include <utility>
#include <vector>

#include "eventstore/log/label.h"
#include "eventstore/log/posting_cursor.h"

namespace throughline {
namespace {

using Cursors = std::vector<std::unique_ptr<PositionCursor>>;

std::unique_ptr<PositionCursor> Nothing(const Walk& walk) {
    return AnyOfCursors(walk, Cursors{});
}

std::unique_ptr<PositionCursor> WalkTypes(const LogFamilies& families, const QueryItem& item, const Walk& walk) {
    Cursors each;
    for (const std::string& type : item.types) each.push_back(WalkPostings(families, TypeLabel(type), {}, walk));
    return AnyOfCursors(walk, std::move(each));
}

}  // namespace

std::unique_ptr<PositionCursor> WalkQuery(const LogFamilies& families, const TypeIds& types, const Query& query,
                                          const Walk& walk) {
    Cursors items;
    for (const QueryItem& item : query.items) items.push_back(WalkItem(families, types, item, walk));
    return AnyOfCursors(walk, std::move(items));
}

std::unique_ptr<PositionCursor> WalkItem(const LogFamilies& families, const TypeIds& types, const QueryItem& item,
                                         const Walk& walk) {
    if (item.tags.empty()) return WalkTypes(families, item, walk);
    std::vector<std::uint32_t> type_ids;
    for (const std::string& type : item.types) {
        if (const auto id = types.Find(type)) type_ids.push_back(*id);
    }
    if (type_ids.empty() && !item.types.empty()) return Nothing(walk);
    Cursors tags;
    for (const std::string& tag : item.tags) {
        // One filter is enough: the tags are intersected.
        const bool filters = tags.empty();
        tags.push_back(WalkPostings(families, TagLabel(tag), filters ? type_ids : std::vector<std::uint32_t>{}, walk));
    }
    return AllOfCursors(walk, std::move(tags));
}

}  // namespace throughline
