// A record's place in the log; a type of its own, so that it is never mixed up with a count.
#pragma once

#include <cstdint>

namespace throughline {

/// A place in the log: dense, from 0. Order is position, never a clock.
enum class Position : std::uint64_t {};

[[nodiscard]] constexpr std::uint64_t ToUint64(Position position) {
    return static_cast<std::uint64_t>(position);
}

[[nodiscard]] constexpr Position Next(Position position, std::uint64_t steps = 1) {
    return Position{ToUint64(position) + steps};
}

}  // namespace throughline
