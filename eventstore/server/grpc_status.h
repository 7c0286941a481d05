// One translation of statuses: absl's with google.rpc payloads becomes gRPC's with details, and back.
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace throughline {

/// Payloads of google.rpc types become the details of a google.rpc.Status, as clients in any language expect.
[[nodiscard]] grpc::Status ToGrpcStatus(const absl::Status& status);

/// The reverse, for clients.
[[nodiscard]] absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace throughline
