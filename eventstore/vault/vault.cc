// Puts the vault's parts together: secrets, directory of subjects, sealer.
#include "eventstore/vault/vault.h"

#include <utility>

#include "eventstore/vault/body_sealer.h"
#include "eventstore/vault/keyed_hash.h"
#include "eventstore/vault/length_prefix.h"
#include "eventstore/vault/store_secrets.h"
#include "eventstore/vault/subject_directory.h"

namespace throughline {
namespace {

constexpr std::size_t kCommandHashBytes = 16;

}  // namespace

class Vault::Impl {
  public:
    Impl(std::unique_ptr<KeyStore> key_store, StoreSecrets store_secrets)
        : store(std::move(key_store)),
          secrets(std::move(store_secrets)),
          subjects(*store, secrets),
          sealer(*store, secrets) {}

    const std::unique_ptr<KeyStore> store;
    const StoreSecrets secrets;
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

absl::StatusOr<std::string> Vault::Seal(SubjectId subject, std::string_view body,
                                        eventstore::v1::RecordHeader& header) {
    return impl_->sealer.Seal(subject, body, header);
}

absl::StatusOr<std::optional<std::string>> Vault::Open(const eventstore::v1::RecordHeader& header,
                                                       std::string_view sealed_body) {
    return impl_->sealer.Open(header, sealed_body);
}

std::string Vault::CommandHash(std::string_view caller, CommandId command) const {
    std::string named;
    PutPrefixed(named, caller);
    named += command.AsBytes();
    std::string hash = KeyedHashText(impl_->secrets.command_key(), hash_label::kCommand, named);
    hash.resize(kCommandHashBytes);
    return hash;
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

}  // namespace throughline
