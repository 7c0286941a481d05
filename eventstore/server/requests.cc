// Moves what a request holds; converts one more of each thing than is allowed, so that the limits are seen to be broken
// but a request of a million empty events costs little.
#include "eventstore/server/requests.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "eventstore/store/append_request_checks.h"

namespace throughline {
namespace {

Uuid UuidOrNil(std::string_view text) {
    return ParseUuid(text).value_or(Uuid{});
}

std::vector<std::string> TakeTexts(google::protobuf::RepeatedPtrField<std::string>& texts, std::size_t count_max) {
    const auto count = std::min(static_cast<std::size_t>(texts.size()), count_max + 1);
    std::vector<std::string> taken;
    taken.reserve(count);
    for (std::size_t i = 0; i < count; ++i) taken.push_back(std::move(*texts.Mutable(static_cast<int>(i))));
    return taken;
}

Query ToQuery(eventstore::v1::Query& query) {
    const auto count = std::min(static_cast<std::size_t>(query.items_size()), limits::kQueryItemsMax + 1);
    Query taken;
    taken.items.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        eventstore::v1::QueryItem& item = *query.mutable_items(static_cast<int>(i));
        taken.items.push_back({TakeTexts(*item.mutable_types(), limits::kTypesPerItemMax),
                               TakeTexts(*item.mutable_tags(), limits::kTagsPerItemMax)});
    }
    return taken;
}

NewEvent TakeEvent(eventstore::v1::NewEvent& event, std::int64_t unix_ms) {
    NewEvent taken;
    taken.id = {event.event_id().empty() ? TimeOrderedUuid(unix_ms) : UuidOrNil(event.event_id())};
    taken.subject = {UuidOrNil(event.subject_id())};
    taken.type = std::move(*event.mutable_type());
    taken.tags = TakeTexts(*event.mutable_tags(), limits::kTagsPerEventMax);
    taken.body = std::move(*event.mutable_body());
    taken.schema_version = std::max(event.schema_version(), 1U);
    taken.correlation = UuidOrNil(event.correlation_id());
    if (!event.causation_id().empty()) taken.causation = UuidOrNil(event.causation_id());
    return taken;
}

/// Every bad field, those that the store finds and the correlation ids of these events.
absl::Status BadCorrelations(const AppendInput& input, const std::vector<std::size_t>& events) {
    std::vector<FieldViolation> bad =
        FieldViolationsOf(CheckAppendRequest({{}, input.command, {}}, input.condition, input.events));
    for (const std::size_t event : events) {
        bad.push_back({fmt::format("events[{}].correlation_id", event), "must be a UUID of 36 characters, or empty"});
    }
    return BadRequestError(bad);
}

}  // namespace

absl::StatusOr<AppendInput> TakeAppend(eventstore::v1::AppendRequest& request, std::int64_t unix_ms) {
    AppendInput input;
    input.command = {UuidOrNil(request.command_id())};
    if (request.has_condition()) {
        Condition& condition = input.condition.emplace();
        condition.query = ToQuery(*request.mutable_condition()->mutable_query());
        if (request.condition().has_after()) condition.after = Position{request.condition().after()};
    }
    const auto count = std::min(static_cast<std::size_t>(request.events_size()), limits::kEventsPerAppendMax + 1);
    input.events.reserve(count);
    std::vector<std::size_t> without_correlation;
    for (std::size_t i = 0; i < count; ++i) {
        eventstore::v1::NewEvent& event = *request.mutable_events(static_cast<int>(i));
        input.events.push_back(TakeEvent(event, unix_ms));
        if (!event.correlation_id().empty() && input.events.back().correlation == Uuid{}) {
            without_correlation.push_back(i);
        }
    }
    if (!without_correlation.empty()) return BadCorrelations(input, without_correlation);
    return input;
}

absl::StatusOr<Query> TakeQuery(eventstore::v1::Query& query) {
    Query taken = ToQuery(query);
    if (absl::Status checked = CheckQueryAt("query", taken); !checked.ok()) return checked;
    return taken;
}

}  // namespace throughline
