// Hands each call on to the vault.
#include "services/casework/shell/subjects.h"

namespace throughline {

VaultSubjects::VaultSubjects(Vault& vault) : vault_(vault) {}

absl::StatusOr<SubjectId> VaultSubjects::GetOrCreate(eventstore::v1::SubjectKind kind, std::string_view natural_key) {
    const absl::StatusOr<Subject> subject = vault_.GetOrCreate(kind, natural_key);
    if (!subject.ok()) return subject.status();
    return subject->id;
}

absl::StatusOr<std::optional<SubjectId>> VaultSubjects::Find(eventstore::v1::SubjectKind kind,
                                                             std::string_view natural_key) {
    return vault_.Find(kind, natural_key);
}

absl::Status VaultSubjects::Link(eventstore::v1::SubjectKind kind, std::string_view natural_key, SubjectId subject) {
    return vault_.Link(kind, natural_key, subject);
}

absl::Status VaultSubjects::Unlink(eventstore::v1::SubjectKind kind, std::string_view natural_key) {
    return vault_.Unlink(kind, natural_key);
}

}  // namespace throughline
