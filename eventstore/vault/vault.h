// The keys: one for each subject, wrapped by a key from a file; destroying one destroys all that it sealed.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/record_header.h"
#include "eventstore/base/uuid.h"
#include "eventstore/vault/key_store.h"
#include "eventstore/vault/sealed_body.h"
#include "throughline/eventstore/v1/subject.pb.h"

namespace throughline {

/// A subject that was found or made.
struct Subject {
    SubjectId id;
    bool created = false;
};

/// Keeps the keys and uses them. Safe from many threads. Nothing above it ever sees a key.
class Vault {
  public:
    /// Makes the key store's own secrets. Once, by `init`. FAILED_PRECONDITION where they exist.
    [[nodiscard]] static absl::Status Initialise(KeyStore& store, const KeyEncryptionKey& kek);

    /// Opens the vault. FAILED_PRECONDITION (reason WRONG_KEY_FILE) where `kek` is not the key it was made with.
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<Vault>> Open(std::unique_ptr<KeyStore> store,
                                                                     const KeyEncryptionKey& kek);
    ~Vault();

    /// The subject for a natural key, made with a new random id and key where there is none. Durable on return.
    [[nodiscard]] absl::StatusOr<Subject> GetOrCreate(eventstore::v1::SubjectKind kind, std::string_view natural_key);

    /// The subject for a natural key, or nothing.
    [[nodiscard]] absl::StatusOr<std::optional<SubjectId>> Find(eventstore::v1::SubjectKind kind,
                                                                std::string_view natural_key);

    /// Links one more natural key to a subject; nothing happens where it is linked to it already.
    ///   ALREADY_EXISTS   the natural key is another subject's (reason LINKED_ELSEWHERE)
    [[nodiscard]] absl::Status Link(eventstore::v1::SubjectKind kind, std::string_view natural_key, SubjectId subject);

    /// Takes a link away; nothing happens where there is none.
    [[nodiscard]] absl::Status Unlink(eventstore::v1::SubjectKind kind, std::string_view natural_key);

    /// What kind of subject it is. NOT_FOUND where there never was one; also answers for one that was erased.
    [[nodiscard]] absl::StatusOr<eventstore::v1::SubjectKind> KindOf(SubjectId subject);

    /// True where the subject was erased.
    [[nodiscard]] absl::StatusOr<bool> Erased(SubjectId subject);

    /// Seals `body`. What `header` says of event id, type, tags and schema version, and `subject` as its key id, are
    /// bound as associated data; nothing else of it is read. The record's header must say the same, and what
    /// SealedBody says.
    ///   NOT_FOUND            no such subject (reason UNKNOWN_SUBJECT)
    ///   FAILED_PRECONDITION  the subject was erased (reason SUBJECT_ERASED)
    [[nodiscard]] absl::StatusOr<SealedBody> Seal(SubjectId subject, std::string_view body,
                                                  const RecordHeaderView& header);

    /// Opens a sealed body onto the end of `out`. False where its subject was erased. Nothing is appended then, nor
    /// with an error.
    ///   DATA_LOSS   hash, commitment, associated data or cipher do not agree, or the key is gone without an erasure
    [[nodiscard]] absl::StatusOr<bool> Open(const RecordHeaderView& header, std::string_view sealed, std::string& out);

    /// Keyed hash of (caller, command id), 16 bytes; behind the id's time where it is a UUID of version 7, so that new
    /// commands stand together (docs/key-store-format.md).
    [[nodiscard]] std::string CommandHash(std::string_view caller, CommandId command) const;

    /// Digest of a request keyed with the subject's key, 16 bytes; nothing where the subject was erased.
    /// NOT_FOUND where there never was one.
    [[nodiscard]] absl::StatusOr<std::optional<std::string>> RequestDigest(SubjectId subject, std::string_view request);

    /// Destroys a subject's key and links, so that no file of the key store holds them any more. Durable on return.
    /// The subject stays known as erased. Repeating it changes nothing.
    [[nodiscard]] absl::Status Erase(SubjectId subject);

    /// Subjects whose erasure has begun and is not finished (see FinishErasure): to be taken up again at start.
    struct PendingErasure {
        SubjectId subject;
        eventstore::v1::SubjectKind kind{};
        std::string ground;
        std::string erased_by;
    };
    /// Writes down that an erasure has begun, before anything is destroyed.
    [[nodiscard]] absl::Status BeginErasure(const PendingErasure& erasure);
    [[nodiscard]] absl::StatusOr<std::vector<PendingErasure>> PendingErasures();
    [[nodiscard]] absl::Status FinishErasure(SubjectId subject);

    /// The subject that stands for the store itself.
    [[nodiscard]] SubjectId StoreSubject() const;

    /// The Ed25519 key that signs checkpoints of this store's log; never changes.
    [[nodiscard]] std::array<std::uint8_t, 32> CheckpointPublicKey() const;
    /// Signs whatever it is given. Source: RFC 8032.
    [[nodiscard]] std::array<std::uint8_t, 64> SignCheckpoint(std::string_view message) const;

  private:
    class Impl;
    explicit Vault(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace throughline
