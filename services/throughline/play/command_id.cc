// SHA-256 over length-prefixed parts, so that no two different stories run into each other.
#include "services/throughline/play/command_id.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "eventstore/base/digest.h"
#include "eventstore/base/uuid.h"

namespace throughline {

std::string CommandIdOf(const StoryCommand& command) {
    const std::string parts =
        fmt::format("throughline story command v1\n{}:{}\n{}\n{}:{}\n{}:{}", command.title.size(), command.title,
                    command.version, command.store_id.size(), command.store_id, command.label.size(), command.label);
    const std::string digest = Sha256(parts);
    Uuid uuid;
    std::transform(digest.begin(), digest.begin() + static_cast<std::ptrdiff_t>(uuid.bytes.size()), uuid.bytes.begin(),
                   [](char byte) { return static_cast<std::uint8_t>(byte); });
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | 0x80);
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);
    return ToString(uuid);
}

}  // namespace throughline
