// Limits and forms of an append, field by field.
#include "eventstore/store/append_request_checks.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

constexpr std::size_t kViolationsMax = 100;

class Violations {
  public:
    /// Notes the field unless `fits`.
    void Unless(bool fits, std::string field, std::string description) {
        if (!fits && found_.size() < kViolationsMax) found_.push_back({std::move(field), std::move(description)});
    }
    [[nodiscard]] absl::Status AsStatus() const { return found_.empty() ? absl::OkStatus() : BadRequestError(found_); }

  private:
    std::vector<FieldViolation> found_;
};

// A zero byte ends a label in the log's index.
bool IsLabel(std::string_view text, std::size_t bytes_max) {
    return !text.empty() && text.size() <= bytes_max && text.find('\0') == std::string_view::npos;
}

bool IsTag(std::string_view tag) {
    const std::size_t colon = tag.find(':');
    return IsLabel(tag, limits::kTagBytesMax) && colon != std::string_view::npos && colon != 0 &&
           colon + 1 != tag.size();
}

void CheckTags(std::span<const std::string> tags, std::size_t count_max, const std::string& field, Violations& bad) {
    bad.Unless(tags.size() <= count_max, field, fmt::format("at most {}", count_max));
    bad.Unless(std::all_of(tags.begin(), tags.end(), IsTag), field,
               fmt::format("each \"<kind>:<id>\" of at most {} bytes", limits::kTagBytesMax));
}

void CheckQuery(const Query& query, Violations& bad) {
    bad.Unless(query.items.size() <= limits::kQueryItemsMax, "condition.query.items",
               fmt::format("at most {}", limits::kQueryItemsMax));
    for (std::size_t i = 0; i < query.items.size(); ++i) {
        const QueryItem& item = query.items[i];
        const std::string field = fmt::format("condition.query.items[{}]", i);
        bad.Unless(item.types.size() <= limits::kTypesPerItemMax, field + ".types",
                   fmt::format("at most {}", limits::kTypesPerItemMax));
        bad.Unless(std::all_of(item.types.begin(), item.types.end(),
                               [](const std::string& type) { return IsLabel(type, limits::kTypeBytesMax); }),
                   field + ".types", fmt::format("each 1 to {} bytes", limits::kTypeBytesMax));
        CheckTags(item.tags, limits::kTagsPerItemMax, field + ".tags", bad);
    }
}

void CheckEvent(const NewEvent& event, const std::string& field, Violations& bad) {
    bad.Unless(event.id != EventId{}, field + ".event_id", "a UUID");
    bad.Unless(event.subject != SubjectId{}, field + ".subject_id", "the id of a subject");
    bad.Unless(IsLabel(event.type, limits::kTypeBytesMax), field + ".type",
               fmt::format("1 to {} bytes", limits::kTypeBytesMax));
    CheckTags(event.tags, limits::kTagsPerEventMax, field + ".tags", bad);
    bad.Unless(event.body.size() <= limits::kBodyBytesMax, field + ".body",
               fmt::format("at most {} bytes", limits::kBodyBytesMax));
    bad.Unless(event.schema_version != 0, field + ".schema_version", "at least 1");
}

}  // namespace

absl::Status CheckAppendRequest(const CommandKey& key, const std::optional<Condition>& condition,
                                std::span<const NewEvent> events) {
    Violations bad;
    bad.Unless(key.command != CommandId{}, "command_id", "a UUID, chosen by the caller");
    bad.Unless(!events.empty() && events.size() <= limits::kEventsPerAppendMax, "events",
               fmt::format("1 to {}", limits::kEventsPerAppendMax));
    if (condition) CheckQuery(condition->query, bad);
    std::size_t body_bytes = 0;
    std::set<EventId> ids;
    for (std::size_t i = 0; i < events.size() && i < limits::kEventsPerAppendMax; ++i) {
        const std::string field = fmt::format("events[{}]", i);
        CheckEvent(events[i], field, bad);
        bad.Unless(ids.insert(events[i].id).second, field + ".event_id", "another than that of the events before");
        body_bytes += events[i].body.size();
    }
    bad.Unless(body_bytes <= limits::kAppendBytesMax, "events",
               fmt::format("at most {} bytes of bodies together", limits::kAppendBytesMax));
    return bad.AsStatus();
}

}  // namespace throughline
