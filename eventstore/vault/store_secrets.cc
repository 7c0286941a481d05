// Everything that is wrapped directly by the key-encryption key's wrapping key.
#include "eventstore/vault/store_secrets.h"

#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/vault/key_rows.h"
#include "eventstore/vault/key_wrap.h"
#include "eventstore/vault/keyed_hash.h"

namespace throughline {
namespace {

constexpr std::string_view kLinkKeyName = "link";
constexpr std::string_view kCommandKeyName = "command";
constexpr std::size_t kSubjectBytes = 16;

std::string SecretContext(std::string_view name) {
    return fmt::format("throughline/v1/store-secret/{}", name);
}

std::string DataKeyContext(char kind, SubjectId subject) {
    std::string context = "throughline/v1/data-key";
    context += kind;
    context += subject.AsBytes();
    return context;
}

std::string NewSecretRow(KeyView wrapping_key, std::string_view name) {
    SecretKey secret;
    randombytes_buf(secret.span().data(), kKeyBytes);
    return key_rows::Versioned(Wrap(wrapping_key, SecretContext(name), secret.view()));
}

absl::Status Damaged(std::string_view what) {
    return WithReason(
        absl::DataLossError(fmt::format("the key store's {} is damaged; restore the key store's current copy", what)),
        "KEY_STORE_DAMAGED");
}

absl::Status OpenSecretRow(KeyStore& store, KeyView wrapping_key, std::string_view name, KeySpan secret) {
    const absl::StatusOr<std::optional<std::string>> row = store.Get(key_rows::SecretKeyOf(name));
    if (!row.ok()) return row.status();
    const std::optional<std::string_view> wrapped = row->has_value() ? key_rows::Content(**row) : std::nullopt;
    if (!wrapped || !Unwrap(wrapping_key, SecretContext(name), *wrapped, secret)) {
        return Damaged(fmt::format("{} key", name));
    }
    return absl::OkStatus();
}

}  // namespace

StoreSecrets::StoreSecrets() : bytes_(LockedAllocation(3 * kKeyBytes)) {}

absl::Status StoreSecrets::Make(KeyStore& store, const KeyEncryptionKey& kek) {
    const absl::StatusOr<std::optional<std::string>> existing = store.Get(key_rows::StoreKey());
    if (!existing.ok()) return existing.status();
    if (existing->has_value()) {
        return WithReason(absl::FailedPreconditionError("the key store has its secrets already; open it"),
                          "KEY_STORE_INITIALISED");
    }
    const SubjectId subject{RandomUuid()};
    SecretKey wrapping_key;
    KeyedHash(kek, hash_label::kWrappingKey, "", wrapping_key.span());
    std::string about(subject.AsBytes());
    about += KeyedHashText(kek, hash_label::kKeyCheck, subject.AsBytes());
    return store.Write({
        {key_rows::StoreKey(), key_rows::Versioned(about)},
        {key_rows::SecretKeyOf(kLinkKeyName), NewSecretRow(wrapping_key.view(), kLinkKeyName)},
        {key_rows::SecretKeyOf(kCommandKeyName), NewSecretRow(wrapping_key.view(), kCommandKeyName)},
        {key_rows::DataKeyOf(subject), NewDataKeyRow(wrapping_key.view(), eventstore::v1::SUBJECT_KIND_STORE, subject)},
    });
}

absl::StatusOr<StoreSecrets> StoreSecrets::Load(KeyStore& store, const KeyEncryptionKey& kek) {
    const absl::StatusOr<std::optional<std::string>> row = store.Get(key_rows::StoreKey());
    if (!row.ok()) return row.status();
    if (!row->has_value()) {
        return WithReason(absl::FailedPreconditionError("the key store is empty; init makes its secrets"),
                          "KEY_STORE_EMPTY");
    }
    const std::optional<std::string_view> about = key_rows::Content(**row);
    if (!about) {
        return WithReason(absl::FailedPreconditionError(fmt::format(
                              "the key store's format is not version {}, which this program reads; use a newer program",
                              static_cast<int>(key_rows::kVersion))),
                          "KEY_STORE_FORMAT");
    }
    if (about->size() != kSubjectBytes + kKeyBytes) return Damaged("first row");
    const std::string_view subject = about->substr(0, kSubjectBytes);
    const std::string check = KeyedHashText(kek, hash_label::kKeyCheck, subject);
    if (sodium_memcmp(check.data(), about->substr(kSubjectBytes).data(), kKeyBytes) != 0) {
        return WithReason(
            absl::FailedPreconditionError("the key file is not the one this key store was made with; restore that one"),
            "WRONG_KEY_FILE");
    }
    StoreSecrets secrets;
    secrets.subject_ = SubjectId{*UuidFromBytes(subject)};
    KeyedHash(kek, hash_label::kWrappingKey, "", secrets.Slot(0));
    absl::Status opened = OpenSecretRow(store, secrets.wrapping_key(), kLinkKeyName, secrets.Slot(1));
    if (opened.ok()) opened = OpenSecretRow(store, secrets.wrapping_key(), kCommandKeyName, secrets.Slot(2));
    if (!opened.ok()) return opened;
    return secrets;
}

std::string NewDataKeyRow(KeyView wrapping_key, eventstore::v1::SubjectKind kind, SubjectId subject) {
    SecretKey data_key;
    randombytes_buf(data_key.span().data(), kKeyBytes);
    const char kind_byte = key_rows::KindByte(kind);
    std::string content(1, kind_byte);
    content += Wrap(wrapping_key, DataKeyContext(kind_byte, subject), data_key.view());
    return key_rows::Versioned(content);
}

bool OpenDataKeyRow(KeyView wrapping_key, SubjectId subject, std::string_view row, eventstore::v1::SubjectKind& kind,
                    KeySpan data_key) {
    const std::optional<std::string_view> content = key_rows::Content(row);
    if (!content || content->empty()) return false;
    kind = key_rows::KindOfByte(content->front());
    return Unwrap(wrapping_key, DataKeyContext(content->front(), subject), content->substr(1), data_key);
}

}  // namespace throughline
