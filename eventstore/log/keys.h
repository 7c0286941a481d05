// The keys of every family of the log; what they look like is in docs/storage-format.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "eventstore/base/position.h"
#include "eventstore/log/label.h"

namespace throughline {

/// Of a frame, and of the bodies beside it: the first position in them.
[[nodiscard]] std::string FrameKey(Position first);
[[nodiscard]] std::optional<Position> ParseFrameKey(std::string_view key);

/// Of one commit's posting: the label and the first position in it.
[[nodiscard]] std::string PostingKey(const Label& label, Position first);

/// The first position of a posting; nothing where the key has another label.
[[nodiscard]] std::optional<Position> ParsePostingKey(const Label& label, std::string_view key);

/// Of the root of a complete subtree: its level (a multiple of 8) and its place among those of that level.
[[nodiscard]] std::string TreeKey(unsigned level, std::uint64_t index);

}  // namespace throughline
