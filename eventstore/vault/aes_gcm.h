// AES-256-GCM of one message, by whichever of two libraries is faster for its size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "eventstore/vault/secret.h"

namespace throughline {

inline constexpr std::size_t kGcmNonceBytes = 12;
inline constexpr std::size_t kGcmTagBytes = 16;

using GcmNonce = std::span<const std::uint8_t, kGcmNonceBytes>;

enum class GcmLibrary {
    kSodium,   ///< Needs AES and carry-less multiplication of the processor; the least work before the first byte.
    kOpenSsl,  ///< Runs everywhere; the least work for each further byte.
};

/// Whether this processor can do it with libsodium.
[[nodiscard]] bool SodiumHasGcm();

/// The faster one for a message of so many bytes.
[[nodiscard]] GcmLibrary FasterGcm(std::size_t message_bytes);

/// Encrypts `text` where it stands, and writes its tag. A nonce is for one message of a key only.
void GcmEncrypt(GcmLibrary library, KeyView key, GcmNonce nonce, std::string_view associated,
                std::span<std::uint8_t> text, std::span<std::uint8_t, kGcmTagBytes> tag);

/// Decrypts to `text`, which is as long as `encrypted` and apart from it. False where key, nonce, associated data, tag
/// or bytes are not those of one encryption; `text` is to be wiped then.
[[nodiscard]] bool GcmDecrypt(GcmLibrary library, KeyView key, GcmNonce nonce, std::string_view associated,
                              std::span<const std::uint8_t> encrypted, std::span<const std::uint8_t, kGcmTagBytes> tag,
                              std::span<std::uint8_t> text);

}  // namespace throughline
