// Wrapping: how keys and other small secrets rest in the key store.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "eventstore/vault/secret.h"

namespace throughline {

/// Nonce before the ciphertext and tag behind it.
inline constexpr std::size_t kWrapOverheadBytes = 24 + 16;

/// nonce (24 random bytes) ‖ ciphertext ‖ tag (16 bytes): XChaCha20-Poly1305 (IETF) with `associated` bound to it.
[[nodiscard]] std::string Wrap(KeyView wrapping_key, std::string_view associated, std::span<const std::uint8_t> secret);

/// Writes what was wrapped to `secret`, which must be kWrapOverheadBytes shorter than `wrapped`; false where key,
/// associated data or bytes are not those it was wrapped with.
[[nodiscard]] bool Unwrap(KeyView wrapping_key, std::string_view associated, std::string_view wrapped,
                          std::span<std::uint8_t> secret);

}  // namespace throughline
