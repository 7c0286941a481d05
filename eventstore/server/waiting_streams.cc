// An item is found by one tag that its records must have, or by each of its types; the rest of it is checked then.
#include "eventstore/server/waiting_streams.h"

#include <algorithm>
#include <utility>

namespace throughline {

std::size_t WaitingStreams::RarestTag(const QueryItem& item) const {
    const auto found_by = [this](const std::string& tag) {
        const auto list = by_tag_.find(tag);
        return list == by_tag_.end() ? 0 : list->second.size();
    };
    const auto rarest =
        std::min_element(item.tags.begin(), item.tags.end(),
                         [&](const std::string& a, const std::string& b) { return found_by(a) < found_by(b); });
    return static_cast<std::size_t>(rarest - item.tags.begin());
}

template <class Change>
void WaitingStreams::ForEachList(const Waiting& waiting, Change change) {
    if (MatchesEverything(*waiting.query)) return change(everything_);
    const auto change_at = [&](StreamsByLabel& lists, const std::string& label) {
        const auto list = lists.try_emplace(label).first;
        change(list->second);
        if (list->second.empty()) lists.erase(list);
    };
    for (std::size_t i = 0; i < waiting.query->items.size(); ++i) {
        const QueryItem& item = waiting.query->items[i];
        if (!item.tags.empty()) {
            change_at(by_tag_, item.tags[waiting.tags[i]]);
            continue;
        }
        for (const std::string& type : item.types) change_at(by_type_, type);
    }
}

void WaitingStreams::Add(Stream stream, const Query& query, Position from) {
    const PooledStream* const key = stream.get();
    const auto [added, fresh] = waiting_.try_emplace(key, Waiting{std::move(stream), &query, from, {}});
    if (!fresh) return;
    for (const QueryItem& item : query.items) {
        added->second.tags.push_back(item.tags.empty() ? 0 : RarestTag(item));
    }
    ForEachList(added->second, [key](Streams& streams) { streams.insert(key); });
}

void WaitingStreams::Remove(const PooledStream* stream) {
    const auto found = waiting_.find(stream);
    if (found == waiting_.end()) return;
    ForEachList(found->second, [stream](Streams& streams) { streams.erase(stream); });
    waiting_.erase(found);
}

void WaitingStreams::TakeMatching(Position position, const RecordHeaderView& header, std::vector<Stream>& found) {
    candidates_.assign(everything_.begin(), everything_.end());
    const auto add_from = [this](const StreamsByLabel& lists, std::string_view label) {
        const auto list = lists.find(absl::string_view(label.data(), label.size()));
        if (list != lists.end()) candidates_.insert(candidates_.end(), list->second.begin(), list->second.end());
    };
    for (const std::string_view tag : header.tags) add_from(by_tag_, tag);
    add_from(by_type_, header.type);
    for (const PooledStream* const candidate : candidates_) {
        const auto waiting = waiting_.find(candidate);
        if (waiting == waiting_.end() || position < waiting->second.from) continue;
        if (!Matches(*waiting->second.query, header.type, std::span<const std::string_view>(header.tags))) continue;
        found.push_back(waiting->second.stream);
        Remove(candidate);
    }
}

void WaitingStreams::TakeAll(std::vector<Stream>& all) {
    for (auto& [key, waiting] : waiting_) all.push_back(std::move(waiting.stream));
    waiting_.clear();
    by_tag_.clear();
    by_type_.clear();
    everything_.clear();
}

}  // namespace throughline
