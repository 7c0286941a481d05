// Base64 as the note formats want it: one spelling for the same bytes, every other refused.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace throughline {

/// Base64 with padding and without line breaks. Source: RFC 4648 §4.
[[nodiscard]] std::string ToBase64(std::string_view bytes);

/// The bytes, or nothing where `text` is not what ToBase64 makes of some bytes, `bytes_max` of them at most.
[[nodiscard]] std::optional<std::string> FromBase64(std::string_view text, std::size_t bytes_max);

}  // namespace throughline
