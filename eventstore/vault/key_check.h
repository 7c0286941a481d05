// Looks subjects' keys over for whoever checks a store, who never sees a key.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <set>

#include "absl/status/statusor.h"
#include "eventstore/base/uuid.h"
#include "eventstore/vault/key_store.h"

namespace throughline {

class StoreSecrets;

/// Subjects whose erasure is over: a tombstone, and no note that it is still going on.
[[nodiscard]] absl::StatusOr<std::set<SubjectId>> FinishedErasures(KeyStore& store);

/// What there is of a subject's key.
enum class KeyState {
    kWhole,   ///< It unwraps; or, where there is no key-encryption key, its row is there.
    kErased,  ///< Its subject was erased.
    kMissing,
    kDamaged,  ///< Its row does not unwrap.
};

struct CheckedKey {
    KeyState state = KeyState::kMissing;
    std::array<char, 32> commitment{};  ///< Of a key that unwraps; what its subject's headers say.
};

/// Safe from many threads. The key store must outlive it.
class KeyCheck {
  public:
    /// Without `kek` it only looks whether rows are there.
    ///   FAILED_PRECONDITION, DATA_LOSS   as StoreSecrets::Load
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<KeyCheck>> Open(KeyStore& store, const KeyEncryptionKey* kek);
    ~KeyCheck();

    /// Whether keys are unwrapped.
    [[nodiscard]] bool unwraps() const { return secrets_ != nullptr; }

    /// Errors are the key store's.
    [[nodiscard]] absl::StatusOr<CheckedKey> Look(SubjectId subject) const;

  private:
    KeyCheck(KeyStore& store, std::unique_ptr<StoreSecrets> secrets);

    KeyStore& store_;
    const std::unique_ptr<StoreSecrets> secrets_;
};

}  // namespace throughline
