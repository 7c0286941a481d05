// The secrets of the key store itself: made once, opened with the key-encryption key at every start.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/base/uuid.h"
#include "eventstore/vault/key_store.h"
#include "eventstore/vault/secret.h"
#include "throughline/eventstore/v1/subject.pb.h"

namespace throughline {

/// Wrapping key, link key and command key, in locked memory, and the id of the store's own subject.
class StoreSecrets {
  public:
    /// Makes them, durably, with the store's subject and its data key. FAILED_PRECONDITION where they exist.
    [[nodiscard]] static absl::Status Make(KeyStore& store, const KeyEncryptionKey& kek);

    /// Opens them.
    ///   FAILED_PRECONDITION  never made (KEY_STORE_EMPTY), made with another key (WRONG_KEY_FILE), or by a newer
    ///   version DATA_LOSS            damaged
    [[nodiscard]] static absl::StatusOr<StoreSecrets> Load(KeyStore& store, const KeyEncryptionKey& kek);

    [[nodiscard]] KeyView wrapping_key() const { return KeyView(bytes_.get(), kKeyBytes); }
    [[nodiscard]] KeyView link_key() const { return KeyView(bytes_.get() + kKeyBytes, kKeyBytes); }
    [[nodiscard]] KeyView command_key() const { return KeyView(bytes_.get() + 2 * kKeyBytes, kKeyBytes); }
    [[nodiscard]] SubjectId subject() const { return subject_; }

  private:
    StoreSecrets();
    [[nodiscard]] KeySpan Slot(std::size_t i) { return KeySpan(bytes_.get() + i * kKeyBytes, kKeyBytes); }

    LockedBytes bytes_;
    SubjectId subject_;
};

/// A new random data key for a subject as the value of its row.
[[nodiscard]] std::string NewDataKeyRow(KeyView wrapping_key, eventstore::v1::SubjectKind kind, SubjectId subject);

/// Unwraps the value of a subject's row; false where it is damaged or another subject's.
[[nodiscard]] bool OpenDataKeyRow(KeyView wrapping_key, SubjectId subject, std::string_view row,
                                  eventstore::v1::SubjectKind& kind, KeySpan data_key);

}  // namespace throughline
