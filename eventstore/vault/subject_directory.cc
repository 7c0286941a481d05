// Links are keyed hashes, so that the key store alone does not tell whose a subject is.
#include "eventstore/vault/subject_directory.h"

#include <utility>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "eventstore/vault/key_rows.h"
#include "eventstore/vault/key_wrap.h"
#include "eventstore/vault/keyed_hash.h"

namespace throughline {
namespace {

using eventstore::v1::SubjectErased;
using eventstore::v1::SubjectKind;

absl::Status CheckNaturalKey(SubjectKind kind, std::string_view natural_key) {
    std::vector<FieldViolation> violations;
    if (kind != eventstore::v1::SUBJECT_KIND_PUPIL && kind != eventstore::v1::SUBJECT_KIND_SAFEGUARDING_FILE &&
        kind != eventstore::v1::SUBJECT_KIND_SCHOOL) {
        violations.push_back({"kind", "a pupil, a safeguarding file or a school"});
    }
    if (natural_key.empty() || natural_key.size() > limits::kNaturalKeyBytesMax) {
        violations.push_back({"natural_key", fmt::format("1 to {} bytes", limits::kNaturalKeyBytesMax)});
    }
    return violations.empty() ? absl::OkStatus() : BadRequestError(violations);
}

absl::Status UnknownSubject(SubjectId subject) {
    return WithReason(
        absl::NotFoundError(fmt::format("there is no subject {}; use an id that GetOrCreate gave", ToString(subject))),
        "UNKNOWN_SUBJECT");
}

absl::Status DamagedRow(std::string_view what) {
    return WithReason(absl::DataLossError(
                          fmt::format("a {} in the key store is damaged; restore the key store's current copy", what)),
                      "KEY_STORE_DAMAGED");
}

std::string PendingContext(SubjectId subject) {
    return "throughline/v1/pending-erasure" + std::string(subject.AsBytes());
}

}  // namespace

SubjectDirectory::SubjectDirectory(KeyStore& store, const StoreSecrets& secrets) : store_(store), secrets_(secrets) {}

std::string SubjectDirectory::LinkHash(SubjectKind kind, std::string_view natural_key) const {
    std::string named(1, key_rows::KindByte(kind));
    named += natural_key;
    return KeyedHashText(secrets_.link_key(), hash_label::kLink, named);
}

absl::StatusOr<std::optional<SubjectId>> SubjectDirectory::FindLink(std::string_view link) {
    const absl::StatusOr<std::optional<std::string>> row = store_.Get(key_rows::LinkOf(link));
    if (!row.ok()) return row.status();
    if (!row->has_value()) return std::optional<SubjectId>{};
    const std::optional<std::string_view> content = key_rows::Content(**row);
    const std::optional<Uuid> uuid = content ? UuidFromBytes(*content) : std::nullopt;
    if (!uuid) return DamagedRow("link");
    return std::optional<SubjectId>(SubjectId{*uuid});
}

absl::StatusOr<std::optional<SubjectId>> SubjectDirectory::Find(SubjectKind kind, std::string_view natural_key) {
    if (absl::Status checked = CheckNaturalKey(kind, natural_key); !checked.ok()) return checked;
    return FindLink(LinkHash(kind, natural_key));
}

absl::StatusOr<Subject> SubjectDirectory::GetOrCreate(SubjectKind kind, std::string_view natural_key) {
    if (absl::Status checked = CheckNaturalKey(kind, natural_key); !checked.ok()) return checked;
    const std::string link = LinkHash(kind, natural_key);
    absl::StatusOr<std::optional<SubjectId>> known = FindLink(link);
    if (!known.ok()) return known.status();
    if (known->has_value()) return Subject{**known, false};
    const std::lock_guard lock(changes_);
    known = FindLink(link);
    if (!known.ok()) return known.status();
    if (known->has_value()) return Subject{**known, false};
    const SubjectId subject{RandomUuid()};
    absl::Status written = store_.Write({
        {key_rows::DataKeyOf(subject), NewDataKeyRow(secrets_.wrapping_key(), kind, subject)},
        {key_rows::LinkOf(link), key_rows::Versioned(subject.AsBytes())},
        {key_rows::ReverseLinkOf(subject, link), key_rows::Versioned("")},
    });
    if (!written.ok()) return written;
    return Subject{subject, true};
}

absl::Status SubjectDirectory::Link(SubjectKind kind, std::string_view natural_key, SubjectId subject) {
    if (absl::Status checked = CheckNaturalKey(kind, natural_key); !checked.ok()) return checked;
    const std::string link = LinkHash(kind, natural_key);
    const std::lock_guard lock(changes_);
    const absl::StatusOr<SubjectKind> subject_kind = KindOf(subject);
    if (!subject_kind.ok()) return subject_kind.status();
    const absl::StatusOr<bool> erased = Erased(subject);
    if (!erased.ok()) return erased.status();
    if (*erased) {
        return WithReason(
            absl::FailedPreconditionError(fmt::format("subject {} was erased; link a living one", ToString(subject))),
            "SUBJECT_ERASED");
    }
    if (*subject_kind != kind) {
        const FieldViolation violation{"kind", "the kind of the subject that is linked to"};
        return BadRequestError({&violation, 1});
    }
    const absl::StatusOr<std::optional<SubjectId>> known = FindLink(link);
    if (!known.ok()) return known.status();
    if (known->has_value()) {
        if (**known == subject) return absl::OkStatus();
        return WithReason(
            absl::AlreadyExistsError(fmt::format(
                "the natural key is linked to subject {} already; unlink it there first", ToString(**known))),
            "LINKED_ELSEWHERE");
    }
    return store_.Write({
        {key_rows::LinkOf(link), key_rows::Versioned(subject.AsBytes())},
        {key_rows::ReverseLinkOf(subject, link), key_rows::Versioned("")},
    });
}

absl::Status SubjectDirectory::Unlink(SubjectKind kind, std::string_view natural_key) {
    if (absl::Status checked = CheckNaturalKey(kind, natural_key); !checked.ok()) return checked;
    const std::string link = LinkHash(kind, natural_key);
    const std::lock_guard lock(changes_);
    const absl::StatusOr<std::optional<SubjectId>> known = FindLink(link);
    if (!known.ok()) return known.status();
    if (!known->has_value()) return absl::OkStatus();
    return store_.Write({
        {key_rows::LinkOf(link), std::nullopt},
        {key_rows::ReverseLinkOf(**known, link), std::nullopt},
    });
}

absl::StatusOr<SubjectKind> SubjectDirectory::KindOf(SubjectId subject) {
    // An erasure replaces the key by the tombstone in one write: whoever misses the first finds the second.
    for (const std::string& key : {key_rows::DataKeyOf(subject), key_rows::TombstoneOf(subject)}) {
        const absl::StatusOr<std::optional<std::string>> row = store_.Get(key);
        if (!row.ok()) return row.status();
        if (!row->has_value()) continue;
        const std::optional<std::string_view> content = key_rows::Content(**row);
        if (!content || content->empty()) return DamagedRow("subject");
        return key_rows::KindOfByte(content->front());
    }
    return UnknownSubject(subject);
}

absl::StatusOr<bool> SubjectDirectory::Erased(SubjectId subject) {
    const absl::StatusOr<std::optional<std::string>> tombstone = store_.Get(key_rows::TombstoneOf(subject));
    if (!tombstone.ok()) return tombstone.status();
    return tombstone->has_value();
}

absl::Status SubjectDirectory::Bury(SubjectId subject) {
    const std::lock_guard lock(changes_);
    const absl::StatusOr<SubjectKind> kind = KindOf(subject);
    if (!kind.ok()) return kind.status();
    if (*kind == eventstore::v1::SUBJECT_KIND_STORE) {
        return WithReason(
            absl::FailedPreconditionError("the store's own subject cannot be erased; it holds the erasures"),
            "STORE_SUBJECT");
    }
    const absl::StatusOr<bool> erased = Erased(subject);
    if (!erased.ok()) return erased.status();
    if (*erased) return absl::OkStatus();
    auto links = store_.Scan(key_rows::ReverseLinksOf(subject));
    if (!links.ok()) return links.status();
    std::vector<KeyStore::Change> changes{
        {key_rows::TombstoneOf(subject), key_rows::Versioned(std::string(1, key_rows::KindByte(*kind)))},
        {key_rows::DataKeyOf(subject), std::nullopt},
    };
    for (auto& [reverse_link, value] : *links) {
        changes.push_back({key_rows::LinkOf(key_rows::LinkIn(reverse_link)), std::nullopt});
        changes.push_back({std::move(reverse_link), std::nullopt});
    }
    return store_.Write(changes);
}

absl::Status SubjectDirectory::BeginErasure(const Vault::PendingErasure& erasure) {
    SubjectErased content;
    content.set_kind(erasure.kind);
    content.set_subject_id(ToString(erasure.subject));
    content.set_ground(erasure.ground);
    content.set_erased_by(erasure.erased_by);
    const std::string bytes = content.SerializeAsString();
    const std::string wrapped = Wrap(secrets_.wrapping_key(), PendingContext(erasure.subject),
                                     {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    return store_.Write({{key_rows::PendingOf(erasure.subject), key_rows::Versioned(wrapped)}});
}

absl::StatusOr<std::vector<Vault::PendingErasure>> SubjectDirectory::PendingErasures() {
    const auto rows = store_.Scan(key_rows::AllPending());
    if (!rows.ok()) return rows.status();
    std::vector<Vault::PendingErasure> pending;
    for (const auto& [key, value] : *rows) {
        const std::optional<SubjectId> subject = key_rows::SubjectIn(key);
        const std::optional<std::string_view> wrapped = key_rows::Content(value);
        if (!subject || !wrapped || wrapped->size() < kWrapOverheadBytes) return DamagedRow("pending erasure");
        std::vector<std::uint8_t> bytes(wrapped->size() - kWrapOverheadBytes);
        SubjectErased content;
        if (!Unwrap(secrets_.wrapping_key(), PendingContext(*subject), *wrapped, bytes) ||
            !content.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
            return DamagedRow("pending erasure");
        }
        pending.push_back({*subject, content.kind(), content.ground(), content.erased_by()});
    }
    return pending;
}

absl::Status SubjectDirectory::FinishErasure(SubjectId subject) {
    return store_.Write({{key_rows::PendingOf(subject), std::nullopt}});
}

}  // namespace throughline
