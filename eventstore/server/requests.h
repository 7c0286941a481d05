// Requests from outside as the log's own types. Their limits are checked where they are used (eventstore/store), for
// every field at once.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/store/event_log.h"
#include "throughline/eventstore/v1/event_log_service.pb.h"

namespace throughline {

/// What an append asks for.
struct AppendInput {
    CommandId command;
    std::optional<Condition> condition;
    std::vector<NewEvent> events;
};

/// Takes the request's texts out of it. Ids that it leaves to the store are made, `unix_ms` into them; one that is no
/// UUID becomes the nil UUID, which the store refuses by its field. INVALID_ARGUMENT, with every bad field, where a
/// correlation id is none: the store would take its nil for one that was left out.
[[nodiscard]] absl::StatusOr<AppendInput> TakeAppend(eventstore::v1::AppendRequest& request, std::int64_t unix_ms);

/// INVALID_ARGUMENT with a google.rpc.BadRequest for a query over its limits.
[[nodiscard]] absl::StatusOr<Query> TakeQuery(eventstore::v1::Query& query);

}  // namespace throughline
