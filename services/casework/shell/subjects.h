// The seam to whom records are about: the random ids that stand for a school's URN or a pupil's UPN.
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/uuid.h"
#include "eventstore/vault/vault.h"
#include "throughline/eventstore/v1/subject.pb.h"

namespace throughline {

/// As the vault's functions of these names. Safe from many threads.
class Subjects {
  public:
    virtual ~Subjects() = default;

    [[nodiscard]] virtual absl::StatusOr<SubjectId> GetOrCreate(eventstore::v1::SubjectKind kind,
                                                                std::string_view natural_key) = 0;
    [[nodiscard]] virtual absl::StatusOr<std::optional<SubjectId>> Find(eventstore::v1::SubjectKind kind,
                                                                        std::string_view natural_key) = 0;
    /// ALREADY_EXISTS (reason LINKED_ELSEWHERE) where the natural key is another subject's.
    [[nodiscard]] virtual absl::Status Link(eventstore::v1::SubjectKind kind, std::string_view natural_key,
                                            SubjectId subject) = 0;
    [[nodiscard]] virtual absl::Status Unlink(eventstore::v1::SubjectKind kind, std::string_view natural_key) = 0;
};

/// The vault in the same process.
class VaultSubjects final : public Subjects {
  public:
    /// `vault` outlives this.
    explicit VaultSubjects(Vault& vault);

    [[nodiscard]] absl::StatusOr<SubjectId> GetOrCreate(eventstore::v1::SubjectKind kind,
                                                        std::string_view natural_key) override;
    [[nodiscard]] absl::StatusOr<std::optional<SubjectId>> Find(eventstore::v1::SubjectKind kind,
                                                                std::string_view natural_key) override;
    [[nodiscard]] absl::Status Link(eventstore::v1::SubjectKind kind, std::string_view natural_key,
                                    SubjectId subject) override;
    [[nodiscard]] absl::Status Unlink(eventstore::v1::SubjectKind kind, std::string_view natural_key) override;

  private:
    Vault& vault_;
};

}  // namespace throughline
