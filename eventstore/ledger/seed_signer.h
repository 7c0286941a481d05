// A signer whose key is made from a seed that whoever holds the secrets unwrapped.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "eventstore/ledger/checkpoint_signer.h"

namespace throughline {

inline constexpr std::size_t kSignerSeedBytes = 32;

/// Signs with the Ed25519 key of a seed. The secret is wiped when the signer goes; it is not locked into memory.
class SeedSigner final : public CheckpointSigner {
  public:
    /// `seed` may be wiped afterwards.
    ///   INVALID_ARGUMENT    `name` is not fit for a note (reason NOTE_NAME)
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<SeedSigner>> Create(
        std::string name, std::span<const std::uint8_t, kSignerSeedBytes> seed);

    SeedSigner(const SeedSigner&) = delete;
    SeedSigner& operator=(const SeedSigner&) = delete;
    ~SeedSigner() override;

    [[nodiscard]] std::string name() const override { return name_; }
    [[nodiscard]] NotePublicKey public_key() const override { return public_key_; }
    [[nodiscard]] NoteSignatureBytes Sign(std::string_view message) const override;

  private:
    SeedSigner(std::string name, std::span<const std::uint8_t, kSignerSeedBytes> seed);

    const std::string name_;
    NotePublicKey public_key_{};
    std::array<std::uint8_t, 2 * kSignerSeedBytes> secret_{};  // Seed and public key, as libsodium wants them.
};

}  // namespace throughline
