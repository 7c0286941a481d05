// Positions stand last and big-endian, so that a family's order is the log's order within each prefix.
#include "eventstore/log/keys.h"

#include <limits>

#include "eventstore/log/number_bytes.h"

namespace throughline {
namespace {

constexpr char kTagKind = 't';
constexpr char kTypeKind = 'y';
constexpr char kLabelEnd = '\0';

std::string WithPosition(std::string_view prefix, std::uint64_t position) {
    std::string key(prefix);
    AppendUint64(key, position);
    return key;
}

std::string PostingPrefix(char kind, std::string_view label) {
    std::string prefix(1, kind);
    prefix += label;
    prefix += kLabelEnd;
    return prefix;
}

}  // namespace

std::string FrameKey(Position first) {
    return WithPosition("", ToUint64(first));
}

std::optional<Position> ParseFrameKey(std::string_view key) {
    return ParsePostingKey("", key);
}

std::string BodyKey(SubjectId subject, Position request_first) {
    return WithPosition(subject.AsBytes(), ToUint64(request_first));
}

std::string BodyKeyLowest(SubjectId subject) {
    return WithPosition(subject.AsBytes(), 0);
}

std::string BodyKeyHighest(SubjectId subject) {
    return WithPosition(subject.AsBytes(), std::numeric_limits<std::uint64_t>::max());
}

std::string TagPrefix(std::string_view tag) {
    return PostingPrefix(kTagKind, tag);
}

std::string TypePrefix(std::string_view type) {
    return PostingPrefix(kTypeKind, type);
}

std::string PostingKey(std::string_view prefix, Position first) {
    return WithPosition(prefix, ToUint64(first));
}

std::optional<Position> ParsePostingKey(std::string_view prefix, std::string_view key) {
    if (key.size() != prefix.size() + kUint64Bytes || key.substr(0, prefix.size()) != prefix) return std::nullopt;
    return Position{FromBigEndian(key.substr(prefix.size()))};
}

}  // namespace throughline
