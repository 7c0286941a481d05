// The key that signs checkpoints of the log: derived, so that it is as safe and as lasting as the store's other
// secrets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "eventstore/vault/secret.h"

namespace throughline {

/// An Ed25519 key (RFC 8032). Its secret part is in locked memory. Safe from many threads.
class CheckpointKey {
  public:
    static constexpr std::size_t kPublicBytes = 32;
    static constexpr std::size_t kSignatureBytes = 64;

    /// Always the same key for the same secret.
    explicit CheckpointKey(KeyView store_secret);

    [[nodiscard]] const std::array<std::uint8_t, kPublicBytes>& public_key() const { return public_key_; }
    [[nodiscard]] std::array<std::uint8_t, kSignatureBytes> Sign(std::string_view message) const;

  private:
    LockedBytes secret_;
    std::array<std::uint8_t, kPublicBytes> public_key_{};
};

}  // namespace throughline
