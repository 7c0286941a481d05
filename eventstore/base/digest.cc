// SHA-256 and HMAC from OpenSSL, the faster of the packaged libraries.
#include "eventstore/base/digest.h"

#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

namespace throughline {
namespace {

const unsigned char* Bytes(std::string_view data) {
    return reinterpret_cast<const unsigned char*>(data.data());
}

template <class Array>
std::string Text(const Array& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

std::string Sha256(std::string_view data) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(Bytes(data), data.size(), digest.data());
    return Text(digest);
}

std::string HmacSha256(std::string_view key, std::string_view data) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    unsigned int length = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(data), data.size(), digest.data(), &length);
    return Text(digest);
}

}  // namespace throughline
