// XChaCha20-Poly1305 from libsodium: its nonce is long enough to be drawn at random for ever.
#include "eventstore/vault/key_wrap.h"

namespace throughline {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
static_assert(kNonceBytes + crypto_aead_xchacha20poly1305_ietf_ABYTES == kWrapOverheadBytes);
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == kKeyBytes);

const unsigned char* Bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string Wrap(KeyView wrapping_key, std::string_view associated, std::span<const std::uint8_t> secret) {
    std::string wrapped(secret.size() + kWrapOverheadBytes, '\0');
    auto* const nonce = reinterpret_cast<unsigned char*>(wrapped.data());
    randombytes_buf(nonce, kNonceBytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonceBytes, nullptr, secret.data(), secret.size(),
                                               Bytes(associated), associated.size(), nullptr, nonce,
                                               wrapping_key.data());
    return wrapped;
}

bool Unwrap(KeyView wrapping_key, std::string_view associated, std::string_view wrapped,
            std::span<std::uint8_t> secret) {
    if (wrapped.size() != secret.size() + kWrapOverheadBytes) return false;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(secret.data(), nullptr, nullptr, Bytes(wrapped) + kNonceBytes,
                                                      wrapped.size() - kNonceBytes, Bytes(associated),
                                                      associated.size(), Bytes(wrapped), wrapping_key.data()) == 0;
}

}  // namespace throughline
