// A subject's key is looked up once for many records; some hundred thousand subjects are remembered at a time.
#include "eventstore/store/store_check_keys.h"

#include <cstring>
#include <string_view>

#include <fmt/format.h>

namespace throughline {
namespace {

constexpr std::size_t kRememberedMax = 262'144;
constexpr std::size_t kToldMax = 10'000;

}  // namespace

std::size_t StoreKeyCheck::IdHash::operator()(const SubjectId& subject) const {
    // Subjects are random, or as good as that.
    return std::hash<std::string_view>()(subject.AsBytes());
}

absl::Status StoreKeyCheck::Take(const CheckedRecord& record) {
    if (!record.subject) return absl::OkStatus();
    const auto key = Look(*record.subject, record.position);
    if (!key.ok()) return key.status();
    if (key->state == KeyState::kErased && !record.sealed_body.empty() && store_.erased.Contains(*record.subject) &&
        store_.finished_erasures.contains(*record.subject)) {
        report_.Add(CheckPart::kBodies, PlaceOf(record.position),
                    "its subject was erased, and its sealed body is still there; nobody can open it",
                    "restore the log from a backup made after the erasure, or keep in mind that these bytes are there");
    }
    if (key->state != KeyState::kWhole || !store_.keys.unwraps()) return absl::OkStatus();
    if (record.fields->key_commitment != std::string_view(key->commitment.data(), key->commitment.size())) {
        report_.Add(
            CheckPart::kKeys, PlaceOf(record.position),
            fmt::format("its header commits to another key than that of its subject {}", ToString(*record.subject)));
        return absl::OkStatus();
    }
    return Open(record);
}

absl::StatusOr<CheckedKey> StoreKeyCheck::Look(SubjectId subject, Position position) {
    const auto known = looked_at_.find(subject);
    if (known != looked_at_.end()) return known->second;
    auto key = store_.keys.Look(subject);
    if (!key.ok()) return key;
    if (looked_at_.size() == kRememberedMax) looked_at_.clear();
    looked_at_.emplace(subject, *key);
    ++looks_;
    Judge(subject, position, key->state);
    return key;
}

void StoreKeyCheck::Judge(SubjectId subject, Position position, KeyState state) {
    const bool back_again = state == KeyState::kWhole && store_.erased.Contains(subject);
    if (state == KeyState::kErased || (state == KeyState::kWhole && !back_again)) return;
    if (told_.size() == kToldMax || !told_.insert(subject).second) return;
    const std::string name = ToString(subject);
    if (back_again) {
        report_.Add(CheckPart::kKeys, PlaceOf(position),
                    fmt::format("the subject {} of this record was erased, and its key is there", name),
                    "the key store is older than the erasure: restore its current copy, and destroy this one");
    } else if (state == KeyState::kMissing) {
        report_.Add(
            CheckPart::kKeys, PlaceOf(position),
            fmt::format("there is no key of the subject {}, which this record is the first of, and no erasure", name));
    } else {
        report_.Add(CheckPart::kKeys, PlaceOf(position),
                    fmt::format("the key of the subject {}, which this record is the first of, does not unwrap", name));
    }
}

absl::Status StoreKeyCheck::Open(const CheckedRecord& record) {
    if (store_.opener == nullptr || record.sealed_body.empty()) return absl::OkStatus();
    plaintext_.clear();
    const auto opened = store_.opener->Open(*record.fields, record.sealed_body, plaintext_);
    if (opened.ok()) {
        ++opened_;
        return absl::OkStatus();
    }
    if (!absl::IsDataLoss(opened.status())) return opened.status();
    report_.Add(CheckPart::kKeys, PlaceOf(record.position), std::string(opened.status().message()));
    return absl::OkStatus();
}

void StoreKeyCheck::Finish() {
    // Beyond as many as are remembered, some are looked at twice.
    report_.Count(CheckPart::kKeys, looks_ <= kRememberedMax ? "subjects" : "looks at subjects", looks_);
    if (store_.opener != nullptr) report_.Count(CheckPart::kKeys, "bodies opened", opened_);
    if (!store_.keys.unwraps()) {
        report_.LeaveOut(CheckPart::kKeys, "unwrapping them: that takes the key file");
    }
}

}  // namespace throughline
