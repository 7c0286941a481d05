// A small index over one commit, by the first tag or by type, so that big commits stay quick.
#include "eventstore/log/pending_facts.h"

namespace throughline {

void PendingFacts::Add(const SealedAppend& append, Position first) {
    for (const SealedEvent& event : append.events) {
        const std::size_t place = facts_.size();
        facts_.push_back({&event, first});
        for (const std::string& tag : event.tags) by_tag_[tag].push_back(place);
        by_type_[event.type].push_back(place);
        first = Next(first);
    }
}

std::optional<Position> PendingFacts::FirstMatch(const Query& query) const {
    if (facts_.empty()) return std::nullopt;
    if (query.items.empty()) return facts_.front().position;
    std::optional<Position> first;
    for (const QueryItem& item : query.items) {
        const auto match = FirstMatch(item);
        if (match && (!first || *match < *first)) first = match;
    }
    return first;
}

std::optional<Position> PendingFacts::FirstMatch(const QueryItem& item) const {
    const Query query{{item}};
    const auto first_of = [&](const Places& places) -> std::optional<Position> {
        for (const std::size_t place : places) {
            const Fact& fact = facts_[place];
            if (Matches(query, fact.event->type, fact.event->tags)) return fact.position;
        }
        return std::nullopt;
    };
    if (!item.tags.empty()) {
        const auto places = by_tag_.find(item.tags.front());
        return places == by_tag_.end() ? std::nullopt : first_of(places->second);
    }
    if (item.types.empty()) return facts_.front().position;
    std::optional<Position> first;
    for (const std::string& type : item.types) {
        const auto places = by_type_.find(type);
        if (places == by_type_.end()) continue;
        const Position match = facts_[places->second.front()].position;
        if (!first || match < *first) first = match;
    }
    return first;
}

}  // namespace throughline
