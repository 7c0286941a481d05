// Three varints a record: how far from the record before, the type's id, the place in its frame.
#include "eventstore/log/posting.h"

#include <limits>

#include "eventstore/base/number_bytes.h"

namespace throughline {

void PostingBuilder::Add(const PostingEntry& entry) {
    const Position position = entry.place.position;
    if (value_.empty()) first_ = last_ = position;
    AppendVarint(value_, ToUint64(position) - ToUint64(last_));
    AppendVarint(value_, entry.type_id);
    AppendVarint(value_, ToUint64(position) - ToUint64(entry.place.frame));
    last_ = position;
}

bool ParsePosting(Position first, std::string_view value, std::vector<PostingEntry>& entries) {
    entries.clear();
    Position position = first;
    while (!value.empty()) {
        const auto step = TakeVarint(value);
        const auto type_id = TakeVarint(value);
        const auto place = TakeVarint(value);
        if (!step || !type_id || !place || *type_id > std::numeric_limits<std::uint32_t>::max()) return false;
        if ((*step == 0) != entries.empty()) return false;
        position = Next(position, *step);
        if (*place > ToUint64(position)) return false;
        entries.push_back({{position, Position{ToUint64(position) - *place}}, static_cast<std::uint32_t>(*type_id)});
    }
    return !entries.empty();
}

}  // namespace throughline
