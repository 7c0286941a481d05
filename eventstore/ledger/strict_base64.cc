// libsodium's decoder takes some bytes above 0x7F for letters of the alphabet, so that what it reads is written again
// and compared.
#include "eventstore/ledger/strict_base64.h"

#include <cstdlib>

#include <sodium.h>

namespace throughline {
namespace {

constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;

}  // namespace

std::string ToBase64(std::string_view bytes) {
    std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
    if (sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                          kVariant) == nullptr) {
        std::abort();
    }
    text.pop_back();  // The zero byte that ends a C string.
    return text;
}

std::optional<std::string> FromBase64(std::string_view text, std::size_t bytes_max) {
    if (text.size() / 4 > bytes_max / 3 + 1) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    std::size_t length = 0;
    const int refused = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                                          text.size(), nullptr, &length, nullptr, kVariant);
    if (refused != 0 || length > bytes_max) return std::nullopt;
    bytes.resize(length);
    if (ToBase64(bytes) != text) return std::nullopt;
    return bytes;
}

}  // namespace throughline
