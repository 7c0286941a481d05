// Limits and forms of an append, field by field. Every append passes through here: what a field is called, and what it
// should be, is only put into words where it is wrong.
#include "eventstore/store/append_request_checks.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "absl/container/flat_hash_set.h"
#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

constexpr std::size_t kViolationsMax = 100;
constexpr std::string_view kUuid = "must be a UUID of 36 characters";

class Violations {
  public:
    /// Notes the field unless `fits`; `field` and `description` make their texts.
    template <class Field, class Description>
    void Unless(bool fits, const Field& field, const Description& description) {
        if (!fits && found_.size() < kViolationsMax) found_.push_back({field(), description()});
    }
    [[nodiscard]] absl::Status AsStatus() const { return found_.empty() ? absl::OkStatus() : BadRequestError(found_); }

  private:
    std::vector<FieldViolation> found_;
};

std::string AUuid() {
    return std::string(kUuid);
}

// A zero byte ends a label in the log's index.
bool IsLabel(std::string_view text, std::size_t bytes_max) {
    return !text.empty() && text.size() <= bytes_max && text.find('\0') == std::string_view::npos;
}

bool IsTag(std::string_view tag) {
    const std::size_t colon = tag.find(':');
    return IsLabel(tag, limits::kTagBytesMax) && colon != std::string_view::npos && colon != 0 &&
           colon + 1 != tag.size();
}

template <class Field>
void CheckType(std::string_view type, const Field& field, Violations& bad) {
    bad.Unless(IsLabel(type, limits::kTypeBytesMax), field, [&] {
        return fmt::format("must have 1 to {} bytes, none of them zero, has {}", limits::kTypeBytesMax, type.size());
    });
}

template <class Field>
void CheckTags(std::span<const std::string> tags, std::size_t count_max, const Field& field, Violations& bad) {
    bad.Unless(tags.size() <= count_max, field,
               [&] { return fmt::format("must have at most {} tags, has {}", count_max, tags.size()); });
    for (std::size_t i = 0; i < std::min(tags.size(), count_max); ++i) {
        bad.Unless(
            IsTag(tags[i]), [&] { return fmt::format("{}[{}]", field(), i); },
            [] { return fmt::format("must be \"<kind>:<id>\" of at most {} bytes", limits::kTagBytesMax); });
    }
}

void CheckQuery(std::string_view path, const Query& query, Violations& bad) {
    bad.Unless(
        query.items.size() <= limits::kQueryItemsMax, [&] { return fmt::format("{}.items", path); },
        [&] { return fmt::format("must have at most {} items, has {}", limits::kQueryItemsMax, query.items.size()); });
    for (std::size_t i = 0; i < std::min(query.items.size(), limits::kQueryItemsMax); ++i) {
        const QueryItem& item = query.items[i];
        const auto types = [&] { return fmt::format("{}.items[{}].types", path, i); };
        bad.Unless(item.types.size() <= limits::kTypesPerItemMax, types, [&] {
            return fmt::format("must have at most {} types, has {}", limits::kTypesPerItemMax, item.types.size());
        });
        for (std::size_t t = 0; t < std::min(item.types.size(), limits::kTypesPerItemMax); ++t) {
            CheckType(
                item.types[t], [&] { return fmt::format("{}[{}]", types(), t); }, bad);
        }
        CheckTags(
            item.tags, limits::kTagsPerItemMax, [&] { return fmt::format("{}.items[{}].tags", path, i); }, bad);
    }
}

void CheckEvent(const NewEvent& event, std::size_t index, Violations& bad) {
    const auto field = [index](std::string_view name) {
        return [index, name] { return fmt::format("events[{}].{}", index, name); };
    };
    bad.Unless(event.id != EventId{}, field("event_id"), AUuid);
    bad.Unless(event.subject != SubjectId{}, field("subject_id"), AUuid);
    CheckType(event.type, field("type"), bad);
    CheckTags(event.tags, limits::kTagsPerEventMax, field("tags"), bad);
    bad.Unless(event.body.size() <= limits::kBodyBytesMax, field("body"), [&] {
        return fmt::format("must have at most {} bytes, has {}", limits::kBodyBytesMax, event.body.size());
    });
    bad.Unless(event.schema_version != 0, field("schema_version"), [] { return std::string("must be at least 1"); });
    bad.Unless(event.causation != Uuid{}, field("causation_id"), AUuid);
}

void CheckIdsDiffer(std::span<const NewEvent> events, Violations& bad) {
    if (events.size() < 2) return;
    absl::flat_hash_set<std::string_view> ids;
    ids.reserve(events.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
        bad.Unless(
            events[i].id == EventId{} || ids.insert(events[i].id.AsBytes()).second,
            [i] { return fmt::format("events[{}].event_id", i); },
            [] { return std::string("must be another than that of the events before"); });
    }
}

void CheckEvents(std::span<const NewEvent> events, Violations& bad) {
    const auto field = [] { return std::string("events"); };
    bad.Unless(!events.empty() && events.size() <= limits::kEventsPerAppendMax, field,
               [] { return fmt::format("must have 1 to {} events", limits::kEventsPerAppendMax); });
    const auto checked = events.first(std::min(events.size(), limits::kEventsPerAppendMax));
    std::size_t body_bytes = 0;
    for (std::size_t i = 0; i < checked.size(); ++i) {
        CheckEvent(checked[i], i, bad);
        body_bytes += checked[i].body.size();
    }
    CheckIdsDiffer(checked, bad);
    bad.Unless(body_bytes <= limits::kAppendBytesMax, field, [&] {
        return fmt::format("must have at most {} bytes of bodies together, have {}", limits::kAppendBytesMax,
                           body_bytes);
    });
}

}  // namespace

absl::Status CheckAppendRequest(const CommandKey& key, const std::optional<Condition>& condition,
                                std::span<const NewEvent> events) {
    Violations bad;
    bad.Unless(
        key.command != CommandId{}, [] { return std::string("command_id"); },
        [] { return fmt::format("{}, chosen by the caller", kUuid); });
    if (condition) CheckQuery("condition.query", condition->query, bad);
    CheckEvents(events, bad);
    return bad.AsStatus();
}

absl::Status CheckQueryAt(std::string_view path, const Query& query) {
    Violations bad;
    CheckQuery(path, query, bad);
    return bad.AsStatus();
}

}  // namespace throughline
