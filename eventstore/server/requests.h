// Requests from outside as the log's own types: every bad field is named at once.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/store/event_log.h"
#include "throughline/eventstore/v1/event_log_service.pb.h"

namespace throughline {

/// A checked append.
struct AppendInput {
    CommandId command;
    std::optional<Condition> condition;
    std::vector<NewEvent> events;
};

/// INVALID_ARGUMENT with a google.rpc.BadRequest. Ids that the request leaves to the store are made, `unix_ms` into
/// them.
[[nodiscard]] absl::StatusOr<AppendInput> CheckAppend(const eventstore::v1::AppendRequest& request,
                                                      std::int64_t unix_ms);

/// INVALID_ARGUMENT with a google.rpc.BadRequest.
[[nodiscard]] absl::StatusOr<Query> CheckQuery(const eventstore::v1::Query& query);

}  // namespace throughline
