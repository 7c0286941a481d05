// Pairs of varints: how far from the record before, and the type's id.
#include "eventstore/log/posting.h"

#include <limits>

#include "eventstore/log/number_bytes.h"

namespace throughline {

void PostingBuilder::Add(PostingEntry entry) {
    if (value_.empty()) first_ = last_ = entry.position;
    AppendVarint(value_, ToUint64(entry.position) - ToUint64(last_));
    AppendVarint(value_, entry.type_id);
    last_ = entry.position;
}

bool ParsePosting(Position first, std::string_view value, std::vector<PostingEntry>& entries) {
    entries.clear();
    Position position = first;
    while (!value.empty()) {
        const auto step = TakeVarint(value);
        const auto type_id = TakeVarint(value);
        if (!step || !type_id || *type_id > std::numeric_limits<std::uint32_t>::max()) return false;
        if ((*step == 0) != entries.empty()) return false;
        position = Next(position, *step);
        entries.push_back({position, static_cast<std::uint32_t>(*type_id)});
    }
    return !entries.empty();
}

}  // namespace throughline
