// Hashes: SHA-256, and its keyed form.
#pragma once

#include <string>
#include <string_view>

namespace throughline {

/// SHA-256, 32 bytes.
[[nodiscard]] std::string Sha256(std::string_view data);

/// HMAC-SHA-256 (RFC 2104), 32 bytes.
[[nodiscard]] std::string HmacSha256(std::string_view key, std::string_view data);

}  // namespace throughline
