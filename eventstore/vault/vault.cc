// Puts the vault's parts together: secrets, directory of subjects, sealer.
#include "eventstore/vault/vault.h"

#include <utility>

#include "eventstore/vault/body_sealer.h"
#include "eventstore/vault/checkpoint_key.h"
#include "eventstore/vault/command_hash.h"
#include "eventstore/vault/store_secrets.h"
#include "eventstore/vault/subject_directory.h"

namespace throughline {

class Vault::Impl {
  public:
    Impl(std::unique_ptr<KeyStore> key_store, StoreSecrets store_secrets)
        : store(std::move(key_store)),
          secrets(std::move(store_secrets)),
          checkpoint_key(secrets.command_key()),
          subjects(*store, secrets),
          sealer(*store, secrets) {}

    const std::unique_ptr<KeyStore> store;
    const StoreSecrets secrets;
    // From a random secret of this store: two stores with one key file sign with different keys.
    const CheckpointKey checkpoint_key;
    SubjectDirectory subjects;
    BodySealer sealer;
};

Vault::Vault(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Vault::~Vault() = default;

absl::Status Vault::Initialise(KeyStore& store, const KeyEncryptionKey& kek) {
    return StoreSecrets::Make(store, kek);
}

absl::StatusOr<std::unique_ptr<Vault>> Vault::Open(std::unique_ptr<KeyStore> store, const KeyEncryptionKey& kek) {
    absl::StatusOr<StoreSecrets> secrets = StoreSecrets::Load(*store, kek);
    if (!secrets.ok()) return secrets.status();
    return std::unique_ptr<Vault>(new Vault(std::make_unique<Impl>(std::move(store), *std::move(secrets))));
}

absl::StatusOr<Subject> Vault::GetOrCreate(eventstore::v1::SubjectKind kind, std::string_view natural_key) {
    return impl_->subjects.GetOrCreate(kind, natural_key);
}

absl::StatusOr<std::optional<SubjectId>> Vault::Find(eventstore::v1::SubjectKind kind, std::string_view natural_key) {
    return impl_->subjects.Find(kind, natural_key);
}

absl::Status Vault::Link(eventstore::v1::SubjectKind kind, std::string_view natural_key, SubjectId subject) {
    return impl_->subjects.Link(kind, natural_key, subject);
}

absl::Status Vault::Unlink(eventstore::v1::SubjectKind kind, std::string_view natural_key) {
    return impl_->subjects.Unlink(kind, natural_key);
}

absl::StatusOr<eventstore::v1::SubjectKind> Vault::KindOf(SubjectId subject) {
    return impl_->subjects.KindOf(subject);
}

absl::StatusOr<bool> Vault::Erased(SubjectId subject) {
    return impl_->subjects.Erased(subject);
}

absl::StatusOr<SealedBody> Vault::Seal(SubjectId subject, std::string_view body, const RecordHeaderView& header) {
    return impl_->sealer.Seal(subject, body, header);
}

absl::StatusOr<bool> Vault::Open(const RecordHeaderView& header, std::string_view sealed, std::string& out) {
    return impl_->sealer.Open(header, sealed, out);
}

std::string Vault::CommandHash(std::string_view caller, CommandId command) const {
    return NameCommand(impl_->secrets.command_key(), caller, command);
}

absl::StatusOr<std::optional<std::string>> Vault::RequestDigest(SubjectId subject, std::string_view request) {
    return impl_->sealer.RequestDigest(subject, request);
}

absl::Status Vault::Erase(SubjectId subject) {
    absl::Status buried = impl_->subjects.Bury(subject);
    // Also after an error: whether the write took effect is unknown then, and the key can be read again.
    impl_->sealer.Forget(subject);
    if (!buried.ok()) return buried;
    return impl_->store->Purge();
}

absl::Status Vault::BeginErasure(const PendingErasure& erasure) {
    return impl_->subjects.BeginErasure(erasure);
}

absl::StatusOr<std::vector<Vault::PendingErasure>> Vault::PendingErasures() {
    return impl_->subjects.PendingErasures();
}

absl::Status Vault::FinishErasure(SubjectId subject) {
    return impl_->subjects.FinishErasure(subject);
}

SubjectId Vault::StoreSubject() const {
    return impl_->secrets.subject();
}

std::array<std::uint8_t, 32> Vault::CheckpointPublicKey() const {
    return impl_->checkpoint_key.public_key();
}

std::array<std::uint8_t, 64> Vault::SignCheckpoint(std::string_view message) const {
    return impl_->checkpoint_key.Sign(message);
}

}  // namespace throughline
