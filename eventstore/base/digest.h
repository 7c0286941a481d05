// Hashes: SHA-256, and its keyed form.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace throughline {

inline constexpr std::size_t kSha256Bytes = 32;

using Sha256Digest = std::array<std::uint8_t, kSha256Bytes>;

/// SHA-256, without an allocation.
[[nodiscard]] Sha256Digest Sha256Of(std::string_view data);

/// The digest's bytes as text; they must outlive it.
[[nodiscard]] inline std::string_view AsText(const Sha256Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// Writes HMAC-SHA-256 (RFC 2104) of the parts, one after the other, to `out`, without an allocation. Neither the key
/// nor anything made from it is left in memory.
void HmacSha256(std::span<const std::uint8_t> key, std::initializer_list<std::string_view> parts,
                std::span<std::uint8_t, kSha256Bytes> out);

/// SHA-256, 32 bytes.
[[nodiscard]] std::string Sha256(std::string_view data);

/// HMAC-SHA-256 (RFC 2104), 32 bytes.
[[nodiscard]] std::string HmacSha256(std::string_view key, std::string_view data);

}  // namespace throughline
