// A label that did not come lately has no record from covered_from() on.
#include "eventstore/log/recent_labels.h"

#include <algorithm>

namespace throughline {

bool RecentLabels::MayMatch(const LabelQuery::Item& item, Position from) const {
    const auto reaches = [&](const Label& label) {
        const Position* const last = last_.Find(label);
        return last != nullptr && from <= *last;
    };
    if (!std::all_of(item.tags.begin(), item.tags.end(), reaches)) return false;
    return item.types.empty() || std::any_of(item.types.begin(), item.types.end(), reaches);
}

}  // namespace throughline
