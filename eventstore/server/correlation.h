// Ties a call to the records it led to: their correlation id goes back with the answer, and into the log line of the
// call.
#pragma once

#include <span>

#include <grpcpp/server_context.h>

#include "eventstore/base/uuid.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {

/// Trailing metadata of an accepted command: the correlation id of its records, as text.
inline constexpr const char* kCorrelationMetadata = "throughline-correlation";

inline void TellCorrelation(grpc::ServerContextBase& context, const Uuid& correlation) {
    context.AddTrailingMetadata(kCorrelationMetadata, ToString(correlation));
}

inline void TellCorrelation(grpc::ServerContextBase& context, std::span<const eventstore::v1::RecordHeader> headers) {
    if (headers.empty()) return;
    const auto correlation = UuidFromBytes(headers.front().correlation_id());
    if (correlation) TellCorrelation(context, *correlation);
}

}  // namespace throughline
