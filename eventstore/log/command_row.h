// A row of the command index: where the records of a command stand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "eventstore/base/position.h"

namespace throughline {

/// The digest of the request is not here: it stands in the header of each record.
struct CommandRow {
    Position first{};
    std::uint32_t count = 0;

    bool operator==(const CommandRow&) const = default;
};

[[nodiscard]] std::string EncodeCommand(const CommandRow& command);

/// Nothing where the bytes are no such row.
[[nodiscard]] std::optional<CommandRow> DecodeCommand(std::string_view row);

}  // namespace throughline
