// Sealing and opening: the only place where a subject's keys are used.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/base/uuid.h"
#include "eventstore/vault/key_cache.h"
#include "eventstore/vault/key_store.h"
#include "eventstore/vault/store_secrets.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {

/// Seals, opens and digests with subjects' keys. Errors and effects as in Vault. Safe from many threads.
class BodySealer {
  public:
    BodySealer(KeyStore& store, const StoreSecrets& secrets);

    [[nodiscard]] absl::StatusOr<std::string> Seal(SubjectId subject, std::string_view body,
                                                   eventstore::v1::RecordHeader& header);
    [[nodiscard]] absl::StatusOr<std::optional<std::string>> Open(const eventstore::v1::RecordHeader& header,
                                                                  std::string_view sealed_body);
    [[nodiscard]] absl::StatusOr<std::optional<std::string>> RequestDigest(SubjectId subject, std::string_view request);

    /// Wipes a subject's keys from memory.
    void Forget(SubjectId subject);

  private:
    /// The subject's keys, or nothing where it was erased. NOT_FOUND where there never was one.
    [[nodiscard]] absl::StatusOr<std::optional<SubjectKeys>> KeysOf(SubjectId subject);

    KeyStore& store_;
    const StoreSecrets& secrets_;
    KeyCache cache_;
};

}  // namespace throughline
