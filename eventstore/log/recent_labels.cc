// A label that is in neither generation has no record from covered_from() on.
#include "eventstore/log/recent_labels.h"

#include <algorithm>
#include <utility>

namespace throughline {

RecentLabels::RecentLabels(Position covered_from, std::size_t capacity)
    : half_(std::max<std::size_t>(capacity / 2, 1)), young_from_(covered_from), old_from_(covered_from) {}

void RecentLabels::Put(const Label& label, Position last, Position end) {
    young_[label] = last;
    if (young_.size() < half_) return;
    std::swap(old_, young_);
    young_.clear();
    old_from_ = std::exchange(young_from_, end);
}

bool RecentLabels::MayMatch(const LabelQuery::Item& item, Position from) const {
    const auto reaches = [&](const Label& label) { return Reaches(label, from); };
    if (!std::all_of(item.tags.begin(), item.tags.end(), reaches)) return false;
    return item.types.empty() || std::any_of(item.types.begin(), item.types.end(), reaches);
}

bool RecentLabels::Reaches(const Label& label, Position from) const {
    if (const auto found = young_.find(label); found != young_.end()) return from <= found->second;
    const auto found = old_.find(label);
    return found != old_.end() && from <= found->second;
}

}  // namespace throughline
