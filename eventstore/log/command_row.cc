// First position, count, digest: 28 bytes.
#include "eventstore/log/command_row.h"

#include "eventstore/log/number_bytes.h"

namespace throughline {
namespace {

constexpr std::size_t kDigestBytes = 16;

}  // namespace

std::string EncodeCommand(const StoredCommand& command) {
    std::string row;
    AppendUint64(row, ToUint64(command.first));
    AppendUint32(row, command.count);
    row += command.request_digest;
    return row;
}

std::optional<StoredCommand> DecodeCommand(std::string_view row) {
    const auto first = TakeUint64(row);
    const auto count = TakeUint32(row);
    if (!first || !count || *count == 0 || row.size() != kDigestBytes) return std::nullopt;
    return StoredCommand{Position{*first}, *count, std::string(row)};
}

}  // namespace throughline
