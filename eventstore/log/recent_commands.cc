// A repeat that comes this soon is a caller who lost an answer.
#include "eventstore/log/recent_commands.h"

#include <utility>

namespace throughline {
namespace {

std::array<char, 16> KeyOf(std::string_view command_hash) {
    std::array<char, 16> key{};
    command_hash.copy(key.data(), key.size());
    return key;
}

}  // namespace

void RecentCommands::Put(std::string_view command_hash, StoredCommand command, Position end) {
    commands_.Put(KeyOf(command_hash), std::move(command), end);
}

std::optional<StoredCommand> RecentCommands::Find(std::string_view command_hash) const {
    const StoredCommand* const found = commands_.Find(KeyOf(command_hash));
    return found == nullptr ? std::nullopt : std::optional(*found);
}

}  // namespace throughline
