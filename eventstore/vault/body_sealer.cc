// Checks in the order of what they cost, and says of a record that does not open which check it failed.
#include "eventstore/vault/body_sealer.h"

#include <algorithm>

#include <fmt/format.h>

#include "eventstore/base/digest.h"
#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "eventstore/vault/body_cipher.h"
#include "eventstore/vault/key_rows.h"
#include "eventstore/vault/keyed_hash.h"

namespace throughline {
namespace {

using eventstore::v1::RecordHeader;

constexpr std::size_t kDigestBytes = 16;

std::string_view Text(KeyView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

SubjectKeys Derive(KeyView data_key, SubjectId subject) {
    SubjectKeys keys;
    KeyedHash(data_key, hash_label::kSealKey, subject.AsBytes(), keys.seal.span());
    KeyedHash(data_key, hash_label::kDigestKey, subject.AsBytes(), keys.digest.span());
    KeyedHash(data_key, hash_label::kCommitment, subject.AsBytes(), keys.commitment.span());
    return keys;
}

absl::Status DoesNotOpen(const RecordHeader& header, std::string_view why) {
    const std::optional<Uuid> event = UuidFromBytes(header.event_id());
    return WithReason(absl::DataLossError(fmt::format("event {} does not open: {}; restore it from a backup of the log",
                                                      event ? ToString(*event) : "without a valid id", why)),
                      "RECORD_DAMAGED");
}

}  // namespace

BodySealer::BodySealer(KeyStore& store, const StoreSecrets& secrets)
    : store_(store), secrets_(secrets), cache_(limits::kCachedKeysMax) {}

absl::StatusOr<std::optional<SubjectKeys>> BodySealer::KeysOf(SubjectId subject) {
    std::uint64_t generation = 0;
    if (std::optional<SubjectKeys> cached = cache_.Find(subject, generation)) return cached;
    const absl::StatusOr<std::optional<std::string>> row = store_.Get(key_rows::DataKeyOf(subject));
    if (!row.ok()) return row.status();
    if (!row->has_value()) {
        const absl::StatusOr<std::optional<std::string>> tombstone = store_.Get(key_rows::TombstoneOf(subject));
        if (!tombstone.ok()) return tombstone.status();
        if (tombstone->has_value()) return std::optional<SubjectKeys>{};
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
    const SubjectKeys keys = Derive(data_key.view(), subject);
    cache_.Keep(subject, keys, generation);
    return std::optional<SubjectKeys>(keys);
}

absl::StatusOr<std::string> BodySealer::Seal(SubjectId subject, std::string_view body, RecordHeader& header) {
    const absl::StatusOr<std::optional<SubjectKeys>> keys = KeysOf(subject);
    if (!keys.ok()) return keys.status();
    if (!keys->has_value()) {
        return WithReason(absl::FailedPreconditionError(fmt::format(
                              "subject {} was erased; nothing can be recorded about it any more", ToString(subject))),
                          "SUBJECT_ERASED");
    }
    header.set_cipher(eventstore::v1::CIPHER_AES_256_GCM);
    header.set_key_id(std::string(subject.AsBytes()));
    header.set_key_commitment(std::string(Text((*keys)->commitment.view())));
    std::string sealed = EncryptBody((*keys)->seal.view(), AssociatedData(header), body);
    header.set_body_sha256(Sha256(sealed));
    return sealed;
}

absl::StatusOr<std::optional<std::string>> BodySealer::Open(const RecordHeader& header, std::string_view sealed_body) {
    if (!sealed_body.empty() && Sha256(sealed_body) != header.body_sha256()) {
        return DoesNotOpen(header, "its sealed body has another SHA-256 than its header says");
    }
    const std::optional<Uuid> key_id = UuidFromBytes(header.key_id());
    if (!key_id) return DoesNotOpen(header, fmt::format("its key id has {} bytes, not 16", header.key_id().size()));
    const absl::StatusOr<std::optional<SubjectKeys>> keys = KeysOf(SubjectId{*key_id});
    if (absl::IsNotFound(keys.status())) {
        return DoesNotOpen(header, "its key is missing, and no erasure is known; is the key store the current one");
    }
    if (!keys.ok()) return keys.status();
    if (!keys->has_value()) return std::optional<std::string>{};
    if (sealed_body.empty()) return DoesNotOpen(header, "its sealed body is missing, and no erasure is known");
    if (header.cipher() != eventstore::v1::CIPHER_AES_256_GCM) {
        return DoesNotOpen(header, fmt::format("its cipher {} is unknown", static_cast<int>(header.cipher())));
    }
    if (header.key_commitment() != Text((*keys)->commitment.view())) {
        return DoesNotOpen(header, "its key commitment is of another key");
    }
    std::optional<std::string> body = DecryptBody((*keys)->seal.view(), AssociatedData(header), sealed_body);
    if (!body) return DoesNotOpen(header, "its body was not sealed with this header");
    return body;
}

absl::StatusOr<std::optional<std::string>> BodySealer::RequestDigest(SubjectId subject, std::string_view request) {
    const absl::StatusOr<std::optional<SubjectKeys>> keys = KeysOf(subject);
    if (!keys.ok()) return keys.status();
    if (!keys->has_value()) return std::optional<std::string>{};
    std::string digest = KeyedHashText((*keys)->digest.view(), hash_label::kRequest, request);
    digest.resize(kDigestBytes);
    return std::optional<std::string>(std::move(digest));
}

void BodySealer::Forget(SubjectId subject) {
    cache_.Forget(subject);
}

}  // namespace throughline
