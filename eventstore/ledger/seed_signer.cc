// Ed25519 by libsodium.
#include "eventstore/ledger/seed_signer.h"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <sodium.h>

#include "eventstore/base/status_details.h"
#include "eventstore/ledger/note_text.h"

namespace throughline {

static_assert(kSignerSeedBytes == crypto_sign_SEEDBYTES && kNotePublicKeyBytes == crypto_sign_PUBLICKEYBYTES &&
              2 * kSignerSeedBytes == crypto_sign_SECRETKEYBYTES && kNoteSignatureBytes == crypto_sign_BYTES);

absl::StatusOr<std::unique_ptr<SeedSigner>> SeedSigner::Create(std::string name,
                                                               std::span<const std::uint8_t, kSignerSeedBytes> seed) {
    if (!IsNoteName(name)) {
        return WithReason(
            absl::InvalidArgumentError(fmt::format("a log's name has 1 to {} bytes without space, plus and control "
                                                   "characters, as in ledger.example.sch.uk/iap",
                                                   kNoteNameBytesMax)),
            "NOTE_NAME");
    }
    return std::unique_ptr<SeedSigner>(new SeedSigner(std::move(name), seed));
}

SeedSigner::SeedSigner(std::string name, std::span<const std::uint8_t, kSignerSeedBytes> seed)
    : name_(std::move(name)) {
    if (crypto_sign_seed_keypair(public_key_.data(), secret_.data(), seed.data()) != 0) std::abort();
}

SeedSigner::~SeedSigner() {
    sodium_memzero(secret_.data(), secret_.size());
}

NoteSignatureBytes SeedSigner::Sign(std::string_view message) const {
    NoteSignatureBytes signature{};
    if (crypto_sign_detached(signature.data(), nullptr, reinterpret_cast<const unsigned char*>(message.data()),
                             message.size(), secret_.data()) != 0) {
        std::abort();
    }
    return signature;
}

}  // namespace throughline
