// A row of the command index: what a repeated command is answered with.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "eventstore/log/record_log.h"

namespace throughline {

[[nodiscard]] std::string EncodeCommand(const StoredCommand& command);

/// Nothing where the bytes are no such row.
[[nodiscard]] std::optional<StoredCommand> DecodeCommand(std::string_view row);

}  // namespace throughline
