// Sealing and opening: the only place where a subject's keys are used.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/base/record_header.h"
#include "eventstore/base/uuid.h"
#include "eventstore/vault/key_cache.h"
#include "eventstore/vault/key_store.h"
#include "eventstore/vault/sealed_body.h"
#include "eventstore/vault/store_secrets.h"

namespace throughline {

/// Seals, opens and digests with subjects' keys. Errors and effects as in Vault. Safe from many threads.
class BodySealer {
  public:
    BodySealer(KeyStore& store, const StoreSecrets& secrets);

    [[nodiscard]] absl::StatusOr<SealedBody> Seal(SubjectId subject, std::string_view body,
                                                  const RecordHeaderView& header);
    [[nodiscard]] absl::StatusOr<bool> Open(const RecordHeaderView& header, std::string_view sealed, std::string& out);
    [[nodiscard]] absl::StatusOr<std::optional<std::string>> RequestDigest(SubjectId subject, std::string_view request);

    /// Wipes a subject's keys from memory.
    void Forget(SubjectId subject);

  private:
    /// Copies the subject's keys to `keys`; false where it was erased. NOT_FOUND where there never was one.
    [[nodiscard]] absl::StatusOr<bool> FindKeys(SubjectId subject, SubjectKeys& keys);

    KeyStore& store_;
    const StoreSecrets& secrets_;
    KeyCache cache_;
};

}  // namespace throughline
