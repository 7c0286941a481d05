// HMAC-SHA-256 from OpenSSL, straight into the caller's memory.
#include "eventstore/vault/keyed_hash.h"

#include <cstdlib>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace throughline {

void KeyedHash(KeyView key, std::string_view label, std::string_view data, KeySpan out) {
    std::string message;
    message.reserve(label.size() + 1 + data.size());
    message.append(label).append(1, '\0').append(data);
    unsigned int length = 0;
    const unsigned char* hashed =
        HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(message.data()), message.size(), out.data(), &length);
    sodium_memzero(message.data(), message.size());
    if (hashed == nullptr || length != out.size()) std::abort();
}

std::string KeyedHashText(KeyView key, std::string_view label, std::string_view data) {
    std::string text(kKeyBytes, '\0');
    KeyedHash(key, label, data, KeySpan(reinterpret_cast<std::uint8_t*>(text.data()), kKeyBytes));
    return text;
}

}  // namespace throughline
