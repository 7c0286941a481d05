// Cut to 128 bits: two labels of one store with one hash are not to be expected in its lifetime.
#include "eventstore/log/label.h"

#include <algorithm>
#include <string>

#include "eventstore/base/digest.h"

namespace throughline {
namespace {

constexpr char kTagKind = 't';
constexpr char kTypeKind = 'y';

Label LabelOf(char kind, std::string_view text) {
    std::string named(1, kind);
    named += text;
    const std::string hash = Sha256(named);
    Label label;
    std::copy_n(hash.begin(), label.bytes.size(), label.bytes.begin());
    return label;
}

template <class Labels>
bool Holds(const Labels& labels, const Label& label) {
    return std::find(labels.begin(), labels.end(), label) != labels.end();
}

}  // namespace

Label TagLabel(std::string_view tag) {
    return LabelOf(kTagKind, tag);
}

Label TypeLabel(std::string_view type) {
    return LabelOf(kTypeKind, type);
}

LabelQuery LabelQuery::Of(const Query& query) {
    LabelQuery labels;
    labels.items.reserve(query.items.size());
    for (const QueryItem& item : query.items) {
        Item& added = labels.items.emplace_back();
        for (const std::string& type : item.types) added.types.push_back(TypeLabel(type));
        for (const std::string& tag : item.tags) added.tags.push_back(TagLabel(tag));
    }
    return labels;
}

bool Matches(const LabelQuery::Item& item, const RecordLabels& labels) {
    if (!item.types.empty() && !Holds(item.types, labels.front())) return false;
    return std::all_of(item.tags.begin(), item.tags.end(), [&](const Label& tag) { return Holds(labels, tag); });
}

}  // namespace throughline
