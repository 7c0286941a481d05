// Requests from outside as the log's own types. Their limits are checked where they are used (eventstore/store), for
// every field at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <grpcpp/support/byte_buffer.h>

#include "absl/status/statusor.h"
#include "eventstore/store/event_log.h"
#include "throughline/eventstore/v1/event_log_service.pb.h"

namespace throughline {

/// What an append asks for.
struct AppendInput {
    CommandId command;
    std::optional<Condition> condition;
    std::vector<NewEvent> events;
    /// The method and the request as protobuf itself writes it: the same for the same request, in whatever order its
    /// sender wrote the fields.
    std::string canonical;
};

/// Reads an AppendRequest. Ids that it leaves to the store are made, `unix_ms` into them; one that is no UUID becomes
/// the nil UUID, which the store refuses by its field. Of what is over a limit, one more than the limit is read.
///   INVALID_ARGUMENT   the bytes are no AppendRequest (REQUEST_UNREADABLE), or a correlation id is no UUID: then every
///                      bad field is named here, since the store would take its nil for one that was left out
[[nodiscard]] absl::StatusOr<AppendInput> ReadAppend(const grpc::ByteBuffer& bytes, std::int64_t unix_ms);

/// INVALID_ARGUMENT with a google.rpc.BadRequest for a query over its limits.
[[nodiscard]] absl::StatusOr<Query> ReadQuery(const eventstore::v1::Query& query);

}  // namespace throughline
