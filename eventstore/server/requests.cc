// Checks of requests against the limits, field by field.
#include "eventstore/server/requests.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

using Violations = std::vector<FieldViolation>;

std::optional<Uuid> CheckUuid(std::string_view text, std::string field, Violations& bad) {
    const std::optional<Uuid> uuid = ParseUuid(text);
    if (!uuid) bad.push_back({std::move(field), "must be a UUID of 36 characters"});
    return uuid;
}

bool IsTag(std::string_view tag) {
    const std::size_t colon = tag.find(':');
    return tag.size() <= limits::kTagBytesMax && colon != std::string_view::npos && colon > 0 && colon + 1 < tag.size();
}

void CheckType(std::string_view type, std::string field, Violations& bad) {
    if (!type.empty() && type.size() <= limits::kTypeBytesMax) return;
    bad.push_back(
        {std::move(field), fmt::format("must have 1 to {} bytes, has {}", limits::kTypeBytesMax, type.size())});
}

template <class Tags>
std::vector<std::string> CheckTags(const Tags& tags, std::size_t count_max, const std::string& field, Violations& bad) {
    std::vector<std::string> checked(tags.begin(), tags.end());
    if (checked.size() > count_max) {
        bad.push_back({field, fmt::format("must have at most {} tags, has {}", count_max, checked.size())});
    }
    for (std::size_t i = 0; i < std::min(checked.size(), count_max); ++i) {
        if (IsTag(checked[i])) continue;
        bad.push_back({fmt::format("{}[{}]", field, i),
                       fmt::format("must be \"<kind>:<id>\" of at most {} bytes", limits::kTagBytesMax)});
    }
    return checked;
}

Query CheckQueryInto(const eventstore::v1::Query& query, const std::string& field, Violations& bad) {
    Query checked;
    if (static_cast<std::size_t>(query.items_size()) > limits::kQueryItemsMax) {
        bad.push_back({field + ".items",
                       fmt::format("must have at most {} items, has {}", limits::kQueryItemsMax, query.items_size())});
        return checked;
    }
    for (int i = 0; i < query.items_size(); ++i) {
        const eventstore::v1::QueryItem& item = query.items(i);
        const std::string place = fmt::format("{}.items[{}]", field, i);
        QueryItem& added = checked.items.emplace_back();
        added.types.assign(item.types().begin(), item.types().end());
        if (added.types.size() > limits::kTypesPerItemMax) {
            bad.push_back({place + ".types", fmt::format("must have at most {} types, has {}", limits::kTypesPerItemMax,
                                                         added.types.size())});
        } else {
            for (std::size_t t = 0; t < added.types.size(); ++t) {
                CheckType(added.types[t], fmt::format("{}.types[{}]", place, t), bad);
            }
        }
        added.tags = CheckTags(item.tags(), limits::kTagsPerItemMax, place + ".tags", bad);
    }
    return checked;
}

NewEvent CheckEvent(const eventstore::v1::NewEvent& event, const std::string& place, std::int64_t unix_ms,
                    Violations& bad) {
    NewEvent checked;
    checked.id = {event.event_id().empty() ? TimeOrderedUuid(unix_ms)
                                           : CheckUuid(event.event_id(), place + ".event_id", bad).value_or(Uuid{})};
    checked.subject = {CheckUuid(event.subject_id(), place + ".subject_id", bad).value_or(Uuid{})};
    CheckType(event.type(), place + ".type", bad);
    checked.type = event.type();
    checked.tags = CheckTags(event.tags(), limits::kTagsPerEventMax, place + ".tags", bad);
    if (event.body().size() > limits::kBodyBytesMax) {
        bad.push_back({place + ".body",
                       fmt::format("must have at most {} bytes, has {}", limits::kBodyBytesMax, event.body().size())});
    }
    checked.body = event.body();
    checked.schema_version = std::max(event.schema_version(), 1U);
    checked.correlation = event.correlation_id().empty()
                              ? TimeOrderedUuid(unix_ms)
                              : CheckUuid(event.correlation_id(), place + ".correlation_id", bad).value_or(Uuid{});
    if (!event.causation_id().empty()) {
        checked.causation = CheckUuid(event.causation_id(), place + ".causation_id", bad);
    }
    return checked;
}

}  // namespace

absl::StatusOr<AppendInput> CheckAppend(const eventstore::v1::AppendRequest& request, std::int64_t unix_ms) {
    Violations bad;
    AppendInput input;
    input.command = {CheckUuid(request.command_id(), "command_id", bad).value_or(Uuid{})};
    if (request.has_condition()) {
        Condition& condition = input.condition.emplace();
        condition.query = CheckQueryInto(request.condition().query(), "condition.query", bad);
        if (request.condition().has_after()) condition.after = Position{request.condition().after()};
    }
    const auto count = static_cast<std::size_t>(request.events_size());
    if (count == 0 || count > limits::kEventsPerAppendMax) {
        bad.push_back({"events", fmt::format("must have 1 to {}, has {}", limits::kEventsPerAppendMax, count)});
        return BadRequestError(bad);
    }
    for (int i = 0; i < request.events_size(); ++i) {
        input.events.push_back(CheckEvent(request.events(i), fmt::format("events[{}]", i), unix_ms, bad));
        if (bad.size() > limits::kQueryItemsMax) break;
    }
    if (!bad.empty()) return BadRequestError(bad);
    return input;
}

absl::StatusOr<Query> CheckQuery(const eventstore::v1::Query& query) {
    Violations bad;
    Query checked = CheckQueryInto(query, "query", bad);
    if (!bad.empty()) return BadRequestError(bad);
    return checked;
}

}  // namespace throughline
