// Two varints.
#include "eventstore/log/command_row.h"

#include <limits>

#include "eventstore/base/number_bytes.h"

namespace throughline {

std::string EncodeCommand(const CommandRow& command) {
    std::string row;
    AppendVarint(row, ToUint64(command.first));
    AppendVarint(row, command.count);
    return row;
}

std::optional<CommandRow> DecodeCommand(std::string_view row) {
    const auto first = TakeVarint(row);
    const auto count = TakeVarint(row);
    if (!first || !count || *count == 0 || *count > std::numeric_limits<std::uint32_t>::max() || !row.empty()) {
        return std::nullopt;
    }
    return CommandRow{Position{*first}, static_cast<std::uint32_t>(*count)};
}

}  // namespace throughline
