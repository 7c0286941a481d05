// Length-prefixed text, so that two different lists never give the same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace throughline {

/// Appends four bytes, most significant first.
inline void PutUint32(std::string& out, std::uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(static_cast<std::uint8_t>(number >> shift));
}

/// Appends the length in four bytes, then the text.
inline void PutPrefixed(std::string& out, std::string_view text) {
    PutUint32(out, static_cast<std::uint32_t>(text.size()));
    out += text;
}

}  // namespace throughline
