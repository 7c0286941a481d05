// A repeat that comes this soon is a caller who lost an answer.
#include "eventstore/log/recent_commands.h"

#include <algorithm>
#include <utility>

namespace throughline {
namespace {

std::array<char, 16> KeyOf(std::string_view command_hash) {
    std::array<char, 16> key{};
    command_hash.copy(key.data(), key.size());
    return key;
}

}  // namespace

RecentCommands::RecentCommands(Position covered_from, std::size_t capacity)
    : half_(std::max<std::size_t>(capacity / 2, 1)), young_from_(covered_from), old_from_(covered_from) {}

void RecentCommands::Put(std::string_view command_hash, StoredCommand command, Position end) {
    young_.insert_or_assign(KeyOf(command_hash), std::move(command));
    if (young_.size() < half_) return;
    std::swap(old_, young_);
    young_.clear();
    old_from_ = std::exchange(young_from_, end);
}

std::optional<StoredCommand> RecentCommands::Find(std::string_view command_hash) const {
    const auto key = KeyOf(command_hash);
    if (const auto found = young_.find(key); found != young_.end()) return found->second;
    const auto found = old_.find(key);
    return found == old_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace throughline
