// Which subjects there are: found by natural key, linked, and erased so that nothing leads to them any more.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/vault/store_secrets.h"
#include "eventstore/vault/vault.h"

namespace throughline {

/// The rows of subjects, links, tombstones and pending erasures. Errors and effects as in Vault. Safe from many
/// threads.
class SubjectDirectory {
  public:
    SubjectDirectory(KeyStore& store, const StoreSecrets& secrets);

    [[nodiscard]] absl::StatusOr<Subject> GetOrCreate(eventstore::v1::SubjectKind kind, std::string_view natural_key);
    [[nodiscard]] absl::StatusOr<std::optional<SubjectId>> Find(eventstore::v1::SubjectKind kind,
                                                                std::string_view natural_key);
    [[nodiscard]] absl::Status Link(eventstore::v1::SubjectKind kind, std::string_view natural_key, SubjectId subject);
    [[nodiscard]] absl::Status Unlink(eventstore::v1::SubjectKind kind, std::string_view natural_key);
    [[nodiscard]] absl::StatusOr<eventstore::v1::SubjectKind> KindOf(SubjectId subject);
    [[nodiscard]] absl::StatusOr<bool> Erased(SubjectId subject);

    /// Puts a tombstone in the place of a subject's key and links, in one write. Deleted rows are not purged yet.
    [[nodiscard]] absl::Status Bury(SubjectId subject);

    [[nodiscard]] absl::Status BeginErasure(const Vault::PendingErasure& erasure);
    [[nodiscard]] absl::StatusOr<std::vector<Vault::PendingErasure>> PendingErasures();
    [[nodiscard]] absl::Status FinishErasure(SubjectId subject);

  private:
    [[nodiscard]] std::string LinkHash(eventstore::v1::SubjectKind kind, std::string_view natural_key) const;
    [[nodiscard]] absl::StatusOr<std::optional<SubjectId>> FindLink(std::string_view link);

    KeyStore& store_;
    const StoreSecrets& secrets_;
    std::mutex changes_;  // Held from looking until what was decided from it is written.
};

}  // namespace throughline
