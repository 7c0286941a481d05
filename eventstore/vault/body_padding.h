// Padding: the length of a sealed body must not tell what was written.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace throughline {

/// The length that a body of `size` bytes and its marker byte are padded to: multiples of 64 up to 512, above that
/// multiples of an eighth of the next lower power of two (so at most an eighth is added).
[[nodiscard]] std::size_t PaddedSize(std::size_t size);

/// Where the body ends in `padded`: before the last 0x80 that only zeros follow (ISO/IEC 7816-4); nothing where there
/// is none.
[[nodiscard]] std::optional<std::size_t> UnpaddedSize(std::string_view padded);

}  // namespace throughline
