// The rows of the key store: every key and value in one place (docs/key-store-format.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "eventstore/base/uuid.h"
#include "throughline/eventstore/v1/subject.pb.h"

namespace throughline::key_rows {

/// First byte of every value.
inline constexpr char kVersion = 1;

/// "V": format, store subject, check of the key-encryption key.
[[nodiscard]] std::string StoreKey();
/// "S" ‖ name: a wrapped secret of the store.
[[nodiscard]] std::string SecretKeyOf(std::string_view name);
/// "K" ‖ subject: its kind and wrapped data key.
[[nodiscard]] std::string DataKeyOf(SubjectId subject);
/// "L" ‖ link: the subject that a natural key stands for.
[[nodiscard]] std::string LinkOf(std::string_view link);
/// "R" ‖ subject ‖ link: the same the other way round, so that all links of a subject are found.
[[nodiscard]] std::string ReverseLinkOf(SubjectId subject, std::string_view link);
[[nodiscard]] std::string ReverseLinksOf(SubjectId subject);
/// "T" ‖ subject: it was erased; its kind.
[[nodiscard]] std::string TombstoneOf(SubjectId subject);
[[nodiscard]] std::string AllTombstones();
/// "P" ‖ subject: its erasure has begun; wrapped.
[[nodiscard]] std::string PendingOf(SubjectId subject);
[[nodiscard]] std::string AllPending();

/// What stands behind the row's letter and subject in a reverse link's key.
[[nodiscard]] std::string_view LinkIn(std::string_view reverse_link_key);
/// The subject in the key of a tombstone or of a pending erasure.
[[nodiscard]] std::optional<SubjectId> SubjectIn(std::string_view key);

/// version ‖ content.
[[nodiscard]] std::string Versioned(std::string_view content);
/// The content, or nothing where the version is not ours.
[[nodiscard]] std::optional<std::string_view> Content(std::string_view value);

[[nodiscard]] char KindByte(eventstore::v1::SubjectKind kind);
[[nodiscard]] eventstore::v1::SubjectKind KindOfByte(char byte);

}  // namespace throughline::key_rows
