// AES-256-GCM from OpenSSL, which uses the processor's own instructions. See docs/key-store-format.md for the bytes.
#include "eventstore/vault/body_cipher.h"

#include <array>
#include <cstdlib>
#include <memory>

#include <openssl/evp.h>

#include "eventstore/vault/body_padding.h"
#include "eventstore/vault/length_prefix.h"

namespace throughline {
namespace {

constexpr std::string_view kLabel = "throughline/v1/body";
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

struct ContextFree {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, ContextFree>;

unsigned char* Bytes(std::string& text, std::size_t from) {
    return reinterpret_cast<unsigned char*>(text.data() + from);
}
const unsigned char* Bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
int Length(std::string_view text) {
    return static_cast<int>(text.size());
}

/// OpenSSL refuses to encrypt only where memory is gone or the program is wrong.
void Must(int result) {
    if (result != 1) std::abort();
}

}  // namespace

std::string AssociatedData(const eventstore::v1::RecordHeader& header) {
    std::string data;
    PutPrefixed(data, kLabel);
    PutPrefixed(data, header.event_id());
    PutPrefixed(data, header.type());
    PutUint32(data, static_cast<std::uint32_t>(header.tags_size()));
    for (const std::string& tag : header.tags()) PutPrefixed(data, tag);
    PutUint32(data, header.schema_version());
    PutPrefixed(data, header.key_id());
    return data;
}

std::string EncryptBody(KeyView seal_key, std::string_view associated, std::string_view body) {
    const std::size_t padded_size = PaddedSize(body.size());
    std::string padding(padded_size - body.size(), '\0');
    padding.front() = '\x80';
    std::string sealed(kNonceBytes + padded_size + kTagBytes, '\0');
    randombytes_buf(sealed.data(), kNonceBytes);

    const Context context(EVP_CIPHER_CTX_new());
    if (!context) std::abort();
    int length = 0;
    Must(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, seal_key.data(), Bytes(sealed, 0)));
    Must(EVP_EncryptUpdate(context.get(), nullptr, &length, Bytes(associated), Length(associated)));
    Must(EVP_EncryptUpdate(context.get(), Bytes(sealed, kNonceBytes), &length, Bytes(body), Length(body)));
    Must(EVP_EncryptUpdate(context.get(), Bytes(sealed, kNonceBytes + body.size()), &length, Bytes(padding),
                           Length(padding)));
    Must(EVP_EncryptFinal_ex(context.get(), Bytes(sealed, kNonceBytes + padded_size), &length));
    Must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, Bytes(sealed, kNonceBytes + padded_size)));
    return sealed;
}

std::optional<std::string> DecryptBody(KeyView seal_key, std::string_view associated, std::string_view sealed) {
    if (sealed.size() <= kNonceBytes + kTagBytes) return std::nullopt;
    const std::string_view nonce = sealed.substr(0, kNonceBytes);
    const std::string_view encrypted = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
    std::array<unsigned char, kTagBytes> tag{};
    sealed.copy(reinterpret_cast<char*>(tag.data()), kTagBytes, sealed.size() - kTagBytes);

    const Context context(EVP_CIPHER_CTX_new());
    if (!context) std::abort();
    std::string body(encrypted.size(), '\0');
    int length = 0;
    Must(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, seal_key.data(), Bytes(nonce)));
    Must(EVP_DecryptUpdate(context.get(), nullptr, &length, Bytes(associated), Length(associated)));
    Must(EVP_DecryptUpdate(context.get(), Bytes(body, 0), &length, Bytes(encrypted), Length(encrypted)));
    Must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()));
    const bool genuine = EVP_DecryptFinal_ex(context.get(), Bytes(body, body.size()), &length) == 1;
    const std::optional<std::size_t> size = genuine ? UnpaddedSize(body) : std::nullopt;
    if (!size) {
        sodium_memzero(body.data(), body.size());
        return std::nullopt;
    }
    body.resize(*size);
    return body;
}

}  // namespace throughline
