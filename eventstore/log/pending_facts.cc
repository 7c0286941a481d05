// A small index over one commit, by label, so that big commits stay quick.
#include "eventstore/log/pending_facts.h"

namespace throughline {

void PendingFacts::Add(const PreparedAppend& prepared, Position first) {
    for (const PreparedEvent& event : prepared.events) {
        for (const Label& label : event.labels) by_label_[label].push_back(facts_.size());
        facts_.push_back({&event, first});
        first = Next(first);
    }
}

std::optional<Position> PendingFacts::FirstMatch(const LabelQuery& query) const {
    if (facts_.empty()) return std::nullopt;
    if (query.items.empty()) return facts_.front().position;
    std::optional<Position> first;
    for (const LabelQuery::Item& item : query.items) {
        const auto match = FirstMatch(item);
        if (match && (!first || *match < *first)) first = match;
    }
    return first;
}

std::optional<Position> PendingFacts::FirstMatch(const LabelQuery::Item& item) const {
    if (item.tags.empty() && item.types.empty()) return facts_.front().position;
    std::optional<Position> first;
    const auto look = [&](const Label& label) {
        const auto places = by_label_.find(label);
        if (places == by_label_.end()) return;
        for (const std::size_t place : places->second) {
            if (!Matches(item, facts_[place].event->labels)) continue;
            if (!first || facts_[place].position < *first) first = facts_[place].position;
            return;
        }
    };
    if (!item.tags.empty()) {
        look(item.tags.front());
        return first;
    }
    for (const Label& type : item.types) look(type);
    return first;
}

}  // namespace throughline
