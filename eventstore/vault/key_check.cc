// A key lives here for as long as it takes to compute its commitment.
#include "eventstore/vault/key_check.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "eventstore/vault/key_rows.h"
#include "eventstore/vault/keyed_hash.h"
#include "eventstore/vault/store_secrets.h"

namespace throughline {
namespace {

absl::StatusOr<std::set<SubjectId>> SubjectsOf(KeyStore& store, std::string_view prefix) {
    const auto rows = store.Scan(prefix);
    if (!rows.ok()) return rows.status();
    std::set<SubjectId> subjects;
    for (const auto& [key, value] : *rows) {
        if (const auto subject = key_rows::SubjectIn(key)) subjects.insert(*subject);
    }
    return subjects;
}

}  // namespace

absl::StatusOr<std::set<SubjectId>> FinishedErasures(KeyStore& store) {
    auto finished = SubjectsOf(store, key_rows::AllTombstones());
    if (!finished.ok()) return finished;
    const auto pending = SubjectsOf(store, key_rows::AllPending());
    if (!pending.ok()) return pending;
    for (const SubjectId& subject : *pending) finished->erase(subject);
    return finished;
}

KeyCheck::KeyCheck(KeyStore& store, std::unique_ptr<StoreSecrets> secrets)
    : store_(store), secrets_(std::move(secrets)) {}
KeyCheck::~KeyCheck() = default;

absl::StatusOr<std::unique_ptr<KeyCheck>> KeyCheck::Open(KeyStore& store, const KeyEncryptionKey* kek) {
    std::unique_ptr<StoreSecrets> secrets;
    if (kek != nullptr) {
        auto loaded = StoreSecrets::Load(store, *kek);
        if (!loaded.ok()) return loaded.status();
        secrets = std::make_unique<StoreSecrets>(*std::move(loaded));
    }
    return std::unique_ptr<KeyCheck>(new KeyCheck(store, std::move(secrets)));
}

absl::StatusOr<CheckedKey> KeyCheck::Look(SubjectId subject) const {
    CheckedKey key;
    const auto row = store_.Get(key_rows::DataKeyOf(subject));
    if (!row.ok()) return row.status();
    if (!row->has_value()) {
        const auto tombstone = store_.Get(key_rows::TombstoneOf(subject));
        if (!tombstone.ok()) return tombstone.status();
        key.state = tombstone->has_value() ? KeyState::kErased : KeyState::kMissing;
        return key;
    }
    key.state = KeyState::kWhole;
    if (!secrets_) return key;
    SecretKey data_key;
    eventstore::v1::SubjectKind kind{};
    if (!OpenDataKeyRow(secrets_->wrapping_key(), subject, **row, kind, data_key.span())) {
        key.state = KeyState::kDamaged;
        return key;
    }
    const std::string commitment = KeyedHashText(data_key.view(), hash_label::kCommitment, subject.AsBytes());
    std::copy_n(commitment.begin(), key.commitment.size(), key.commitment.begin());
    return key;
}

}  // namespace throughline
