// Ed25519 by libsodium.
#include "eventstore/vault/checkpoint_key.h"

#include <cstdlib>

#include "eventstore/vault/keyed_hash.h"

namespace throughline {

static_assert(CheckpointKey::kPublicBytes == crypto_sign_PUBLICKEYBYTES &&
              CheckpointKey::kSignatureBytes == crypto_sign_BYTES && kKeyBytes == crypto_sign_SEEDBYTES);

CheckpointKey::CheckpointKey(KeyView store_secret) : secret_(LockedAllocation(crypto_sign_SECRETKEYBYTES)) {
    SecretKey seed;
    KeyedHash(store_secret, hash_label::kCheckpointKey, "", seed.span());
    if (crypto_sign_seed_keypair(public_key_.data(), secret_.get(), seed.view().data()) != 0) std::abort();
}

std::array<std::uint8_t, CheckpointKey::kSignatureBytes> CheckpointKey::Sign(std::string_view message) const {
    std::array<std::uint8_t, kSignatureBytes> signature{};
    if (crypto_sign_detached(signature.data(), nullptr, reinterpret_cast<const unsigned char*>(message.data()),
                             message.size(), secret_.get()) != 0) {
        std::abort();
    }
    return signature;
}

}  // namespace throughline
