// The opaque token by which a caller reads its own writes: above the event store, positions appear only in here.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/base/position.h"
#include "eventstore/base/uuid.h"

namespace throughline {

/// A token that says: everything before `end` of this store.
[[nodiscard]] std::string EncodeConsistencyToken(const Uuid& store, Position end);

/// INVALID_ARGUMENT for anything that is not a token of this store.
[[nodiscard]] absl::StatusOr<Position> DecodeConsistencyToken(const Uuid& store, std::string_view token);

}  // namespace throughline
