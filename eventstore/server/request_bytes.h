// Requests and answers as bytes: methods that are called often make and read their own messages.
#pragma once

#include <string>
#include <string_view>

#include <google/protobuf/message_lite.h>
#include <grpcpp/support/byte_buffer.h>

#include "absl/status/status.h"

namespace throughline {

/// INVALID_ARGUMENT (REQUEST_UNREADABLE): the bytes are no message of their method.
[[nodiscard]] absl::Status RequestUnreadableError();

/// Reads a request, or gives RequestUnreadableError().
[[nodiscard]] absl::Status ReadRequest(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& request);

/// Puts `before` and a request's bytes into `out`, which is empty. RequestUnreadableError() where they cannot be had.
[[nodiscard]] absl::Status AppendTo(std::string& out, std::string_view before, const grpc::ByteBuffer& bytes);

/// An answer of these bytes, which are moved, not copied.
[[nodiscard]] grpc::ByteBuffer ToByteBuffer(std::string bytes);

}  // namespace throughline
