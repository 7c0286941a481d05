// Checks in the order of what they cost, and says of a record that does not open which check it failed.
#include "eventstore/vault/body_sealer.h"

#include <algorithm>

#include <fmt/format.h>

#include "eventstore/base/digest.h"
#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "eventstore/vault/associated_data.h"
#include "eventstore/vault/body_cipher.h"
#include "eventstore/vault/key_rows.h"
#include "eventstore/vault/keyed_hash.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {
namespace {

constexpr std::size_t kDigestBytes = 16;
constexpr std::uint32_t kCipher = eventstore::v1::CIPHER_AES_256_GCM;

std::string_view Text(KeyView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void Derive(KeyView data_key, SubjectId subject, SubjectKeys& keys) {
    KeyedHash(data_key, hash_label::kSealKey, subject.AsBytes(), keys.seal.span());
    KeyedHash(data_key, hash_label::kDigestKey, subject.AsBytes(), keys.digest.span());
    KeyedHash(data_key, hash_label::kCommitment, subject.AsBytes(), keys.commitment.span());
}

absl::Status DoesNotOpen(const RecordHeaderView& header, std::string_view why) {
    const std::optional<Uuid> event = UuidFromBytes(header.event_id);
    return WithReason(absl::DataLossError(fmt::format("event {} does not open: {}; restore it from a backup of the log",
                                                      event ? ToString(*event) : "without a valid id", why)),
                      "RECORD_DAMAGED");
}

}  // namespace

BodySealer::BodySealer(KeyStore& store, const StoreSecrets& secrets)
    : store_(store), secrets_(secrets), cache_(limits::kCachedKeysMax) {}

absl::StatusOr<bool> BodySealer::FindKeys(SubjectId subject, SubjectKeys& keys) {
    std::uint64_t generation = 0;
    if (cache_.Find(subject, keys, generation)) return true;
    const absl::StatusOr<std::optional<std::string>> row = store_.Get(key_rows::DataKeyOf(subject));
    if (!row.ok()) return row.status();
    if (!row->has_value()) {
        const absl::StatusOr<std::optional<std::string>> tombstone = store_.Get(key_rows::TombstoneOf(subject));
        if (!tombstone.ok()) return tombstone.status();
        if (tombstone->has_value()) return false;
        return WithReason(absl::NotFoundError(fmt::format("there is no subject {}; use an id that GetOrCreate gave",
                                                          ToString(subject))),
                          "UNKNOWN_SUBJECT");
    }
    SecretKey data_key;
    eventstore::v1::SubjectKind kind{};
    if (!OpenDataKeyRow(secrets_.wrapping_key(), subject, **row, kind, data_key.span())) {
        return WithReason(absl::DataLossError(fmt::format("the key of subject {} is damaged; restore the key store's "
                                                          "current copy",
                                                          ToString(subject))),
                          "KEY_STORE_DAMAGED");
    }
    Derive(data_key.view(), subject, keys);
    cache_.Keep(subject, keys, generation);
    return true;
}

absl::StatusOr<SealedBody> BodySealer::Seal(SubjectId subject, std::string_view body, const RecordHeaderView& header) {
    SubjectKeys keys;
    const absl::StatusOr<bool> found = FindKeys(subject, keys);
    if (!found.ok()) return found.status();
    if (!*found) {
        return WithReason(absl::FailedPreconditionError(fmt::format(
                              "subject {} was erased; nothing can be recorded about it any more", ToString(subject))),
                          "SUBJECT_ERASED");
    }
    SealedBody sealed;
    sealed.bytes = EncryptBody(keys.seal.view(), AssociatedData(header, subject.AsBytes()).view(), body);
    sealed.cipher = kCipher;
    std::ranges::copy(Text(keys.commitment.view()), sealed.key_commitment.begin());
    std::ranges::copy(AsText(Sha256Of(sealed.bytes)), sealed.sha256.begin());
    return sealed;
}

absl::StatusOr<bool> BodySealer::Open(const RecordHeaderView& header, std::string_view sealed, std::string& out) {
    if (!sealed.empty() && AsText(Sha256Of(sealed)) != header.body_sha256) {
        return DoesNotOpen(header, "its sealed body has another SHA-256 than its header says");
    }
    const std::optional<Uuid> key_id = UuidFromBytes(header.key_id);
    if (!key_id) return DoesNotOpen(header, fmt::format("its key id has {} bytes, not 16", header.key_id.size()));
    SubjectKeys keys;
    const absl::StatusOr<bool> found = FindKeys(SubjectId{*key_id}, keys);
    if (absl::IsNotFound(found.status())) {
        return DoesNotOpen(header, "its key is missing, and no erasure is known; is the key store the current one");
    }
    if (!found.ok()) return found.status();
    if (!*found) return false;
    if (sealed.empty()) return DoesNotOpen(header, "its sealed body is missing, and no erasure is known");
    if (header.cipher != kCipher) return DoesNotOpen(header, fmt::format("its cipher {} is unknown", header.cipher));
    if (header.key_commitment != Text(keys.commitment.view())) {
        return DoesNotOpen(header, "its key commitment is of another key");
    }
    if (!DecryptBody(keys.seal.view(), AssociatedData(header, header.key_id).view(), sealed, out)) {
        return DoesNotOpen(header, "its body was not sealed with this header");
    }
    return true;
}

absl::StatusOr<std::optional<std::string>> BodySealer::RequestDigest(SubjectId subject, std::string_view request) {
    SubjectKeys keys;
    const absl::StatusOr<bool> found = FindKeys(subject, keys);
    if (!found.ok()) return found.status();
    if (!*found) return std::optional<std::string>{};
    SecretKey digest;
    KeyedHash(keys.digest.view(), hash_label::kRequest, AsText(Sha256Of(request)), digest.span());
    return std::optional<std::string>(Text(digest.view()).substr(0, kDigestBytes));
}

void BodySealer::Forget(SubjectId subject) {
    cache_.Forget(subject);
}

}  // namespace throughline
