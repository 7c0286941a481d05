// The one question that views ask of the vault: whose random id stands for a natural key.
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/base/uuid.h"
#include "eventstore/vault/vault.h"

namespace throughline {

/// Finds subjects. Safe from many threads.
class SubjectFinder {
  public:
    virtual ~SubjectFinder() = default;

    /// The subject for a URN or UPN; nothing where there is none, or no more.
    [[nodiscard]] virtual absl::StatusOr<std::optional<SubjectId>> Find(eventstore::v1::SubjectKind kind,
                                                                        std::string_view natural_key) = 0;
};

/// Asks the vault in this process, which outlives it.
class VaultSubjectFinder final : public SubjectFinder {
  public:
    explicit VaultSubjectFinder(Vault& vault) : vault_(vault) {}

    [[nodiscard]] absl::StatusOr<std::optional<SubjectId>> Find(eventstore::v1::SubjectKind kind,
                                                                std::string_view natural_key) override {
        return vault_.Find(kind, natural_key);
    }

  private:
    Vault& vault_;
};

}  // namespace throughline
