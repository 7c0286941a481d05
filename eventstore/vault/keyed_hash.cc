// HMAC-SHA-256 over label and data as they stand, straight into the caller's memory.
#include "eventstore/vault/keyed_hash.h"

#include "eventstore/base/digest.h"

namespace throughline {

void KeyedHash(KeyView key, std::string_view label, std::string_view data, KeySpan out) {
    HmacSha256(key, {label, std::string_view("\0", 1), data}, out);
}

std::string KeyedHashText(KeyView key, std::string_view label, std::string_view data) {
    std::string text(kKeyBytes, '\0');
    KeyedHash(key, label, data, KeySpan(reinterpret_cast<std::uint8_t*>(text.data()), kKeyBytes));
    return text;
}

}  // namespace throughline
