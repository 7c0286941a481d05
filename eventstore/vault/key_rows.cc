// Letters in front, fixed-length ids behind: every row is found by a point read or a short prefix.
#include "eventstore/vault/key_rows.h"

namespace throughline::key_rows {
namespace {

constexpr std::size_t kIdBytes = 16;

std::string Row(char letter, std::string_view id) {
    std::string key(1, letter);
    key += id;
    return key;
}

}  // namespace

std::string StoreKey() {
    return "V";
}
std::string SecretKeyOf(std::string_view name) {
    return Row('S', name);
}
std::string DataKeyOf(SubjectId subject) {
    return Row('K', subject.AsBytes());
}
std::string LinkOf(std::string_view link) {
    return Row('L', link);
}
std::string ReverseLinksOf(SubjectId subject) {
    return Row('R', subject.AsBytes());
}
std::string ReverseLinkOf(SubjectId subject, std::string_view link) {
    return ReverseLinksOf(subject).append(link);
}
std::string TombstoneOf(SubjectId subject) {
    return Row('T', subject.AsBytes());
}
std::string AllTombstones() {
    return "T";
}
std::string PendingOf(SubjectId subject) {
    return Row('P', subject.AsBytes());
}
std::string AllPending() {
    return "P";
}

std::string_view LinkIn(std::string_view reverse_link_key) {
    return reverse_link_key.substr(1 + kIdBytes);
}

std::optional<SubjectId> SubjectIn(std::string_view key) {
    const std::optional<Uuid> uuid = UuidFromBytes(key.substr(1));
    if (!uuid) return std::nullopt;
    return SubjectId{*uuid};
}

std::string Versioned(std::string_view content) {
    return Row(kVersion, content);
}

std::optional<std::string_view> Content(std::string_view value) {
    if (value.empty() || value.front() != kVersion) return std::nullopt;
    return value.substr(1);
}

char KindByte(eventstore::v1::SubjectKind kind) {
    return static_cast<char>(kind);
}

eventstore::v1::SubjectKind KindOfByte(char byte) {
    const int number = static_cast<unsigned char>(byte);
    return eventstore::v1::SubjectKind_IsValid(number) ? static_cast<eventstore::v1::SubjectKind>(number)
                                                       : eventstore::v1::SUBJECT_KIND_UNSPECIFIED;
}

}  // namespace throughline::key_rows
