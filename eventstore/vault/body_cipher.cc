// Everything is written where it stays: the body is copied once, and encrypted there. See docs/key-store-format.md for
// the bytes.
#include "eventstore/vault/body_cipher.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "eventstore/base/random_bytes.h"
#include "eventstore/vault/aes_gcm.h"
#include "eventstore/vault/body_padding.h"

namespace throughline {
namespace {

constexpr char kMarker = '\x80';
static_assert(kGcmNonceBytes + kGcmTagBytes == kSealOverheadBytes);

std::span<const std::uint8_t> Bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

std::string EncryptBody(KeyView seal_key, std::string_view associated, std::string_view body) {
    const std::size_t size = SealedSize(body.size());
    std::array<std::uint8_t, kGcmNonceBytes> nonce;
    FillRandom(nonce);
    std::string sealed;
    sealed.reserve(size);
    sealed.append(reinterpret_cast<const char*>(nonce.data()), nonce.size());
    sealed += body;
    sealed += kMarker;
    sealed.append(size - sealed.size(), '\0');

    const std::span<std::uint8_t> bytes(reinterpret_cast<std::uint8_t*>(sealed.data()), size);
    const std::span<std::uint8_t> text = bytes.subspan(kGcmNonceBytes, size - kSealOverheadBytes);
    GcmEncrypt(FasterGcm(text.size()), seal_key, nonce, associated, text, bytes.last<kGcmTagBytes>());
    return sealed;
}

bool DecryptBody(KeyView seal_key, std::string_view associated, std::string_view sealed, std::string& out) {
    if (sealed.size() <= kSealOverheadBytes) return false;
    const std::span<const std::uint8_t> bytes = Bytes(sealed);
    const std::span<const std::uint8_t> encrypted = bytes.subspan(kGcmNonceBytes, sealed.size() - kSealOverheadBytes);
    const std::size_t before = out.size();
    out.resize(before + encrypted.size());
    const std::span<std::uint8_t> text(reinterpret_cast<std::uint8_t*>(out.data()) + before, encrypted.size());

    const bool genuine = GcmDecrypt(FasterGcm(text.size()), seal_key, bytes.first<kGcmNonceBytes>(), associated,
                                    encrypted, bytes.last<kGcmTagBytes>(), text);
    const std::optional<std::size_t> size = genuine ? UnpaddedSize(std::string_view(out).substr(before)) : std::nullopt;
    if (!size) sodium_memzero(text.data(), text.size());
    out.resize(before + size.value_or(0));
    return size.has_value();
}

}  // namespace throughline
