// Padding: the length of a sealed body must not tell what was written.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace throughline {

/// What stands around the padded body: a nonce of 12 bytes before it, a tag of 16 behind it.
inline constexpr std::size_t kSealOverheadBytes = 12 + 16;

/// The length of a sealed body of `size` bytes, with its marker byte and what stands around it: multiples of 64 up to
/// 512, above that multiples of an eighth of the next lower power of two (so at most an eighth is added).
[[nodiscard]] std::size_t SealedSize(std::size_t size);

/// Where the body ends in `padded`: before the last 0x80 that only zeros follow (ISO/IEC 7816-4); nothing where there
/// is none.
[[nodiscard]] std::optional<std::size_t> UnpaddedSize(std::string_view padded);

}  // namespace throughline
