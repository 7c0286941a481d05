// Nothing here is shared with the logs but the types: what is obvious needs no index.
#include "tests/eventstore/log/plain_list.h"

#include <algorithm>
#include <regex>

#include <gtest/gtest.h>

#include "throughline/eventstore/v1/record.pb.h"

namespace throughline::testing {

PlainAnswer PlainList::AnswerTo(const SealedAppend& append) const {
    if (const auto known = commands_.find(append.command_hash); known != commands_.end()) {
        const StoredCommand& command = known->second;
        if (command.request_digest != append.request_digest) return {"COMMAND_REUSED", {}, {}};
        return {"", {}, {command.first, Position{ToUint64(command.first) + command.count - 1}, true}};
    }
    if (append.conditional) {
        const auto& after = append.condition.after;
        if (after && ToUint64(*after) >= size()) return {"BAD_APPEND", {}, {}};
        const auto failed_at = FirstMatch(append.condition.query, after ? ToUint64(*after) + 1 : 0);
        if (failed_at) return {"CONDITION_FAILED", failed_at, {}};
    }
    for (const SealedEvent& event : append.events) {
        if (erased_.contains(ToPlainRecord(event).subject)) return {"SUBJECT_ERASED", {}, {}};
    }
    return {"", {}, {Position{size()}, Position{size() + append.events.size() - 1}, false}};
}

PlainAnswer PlainList::Append(const SealedAppend& append) {
    PlainAnswer answer = AnswerTo(append);
    if (!answer.reason.empty() || answer.outcome.repeated) return answer;
    for (const SealedEvent& event : append.events) records_.push_back(ToPlainRecord(event));
    commands_[append.command_hash] = {answer.outcome.first, static_cast<std::uint32_t>(append.events.size()),
                                      append.request_digest};
    return answer;
}

std::vector<std::uint64_t> PlainList::Matching(const ReadOptions& options) const {
    const auto low = options.backwards ? options.until : options.from;
    const auto high = options.backwards ? options.from : options.until;
    std::vector<std::uint64_t> found;
    for (std::uint64_t i = 0; i < size(); ++i) {
        const bool inside = (!low || ToUint64(*low) <= i) && (!high || i <= ToUint64(*high));
        if (inside && IsMatch(options.query, records_[i])) found.push_back(i);
    }
    if (options.backwards) std::reverse(found.begin(), found.end());
    return found;
}

std::optional<std::uint64_t> PlainList::FirstMatch(const Query& query, std::uint64_t from) const {
    for (std::uint64_t i = from; i < size(); ++i) {
        if (IsMatch(query, records_[i])) return i;
    }
    return std::nullopt;
}

std::uint64_t PlainList::DeleteBodies(SubjectId subject) {
    const std::string id(subject.AsBytes());
    erased_.insert(id);
    std::uint64_t deleted = 0;
    for (PlainRecord& record : records_) {
        if (record.subject != id || record.body.empty()) continue;
        record.body.clear();
        ++deleted;
    }
    return deleted;
}

bool IsMatch(const Query& query, const PlainRecord& record) {
    if (query.items.empty()) return true;
    for (const QueryItem& item : query.items) {
        const bool type =
            item.types.empty() || std::find(item.types.begin(), item.types.end(), record.type) != item.types.end();
        const bool tags = std::all_of(item.tags.begin(), item.tags.end(),
                                      [&](const std::string& tag) { return record.tags.contains(tag); });
        if (type && tags) return true;
    }
    return false;
}

PlainRecord ToPlainRecord(const SealedEvent& event) {
    eventstore::v1::RecordHeader header;
    EXPECT_TRUE(header.ParseFromString(event.header));
    return {
        header.type(), {header.tags().begin(), header.tags().end()}, header.key_id(), event.header, event.sealed_body};
}

std::optional<std::uint64_t> NamedFailure(const absl::Status& refused) {
    const std::string text(refused.message());
    std::smatch named;
    if (!std::regex_search(text, named, std::regex("first at ([0-9]+);"))) return std::nullopt;
    return std::stoull(named[1]);
}

}  // namespace throughline::testing
