// Positions stand last and big-endian, so that a family's order is the log's order within each label.
#include "eventstore/log/keys.h"

#include "eventstore/base/number_bytes.h"

namespace throughline {

std::string FrameKey(Position first) {
    std::string key;
    AppendUint64(key, ToUint64(first));
    return key;
}

std::optional<Position> ParseFrameKey(std::string_view key) {
    if (key.size() != kUint64Bytes) return std::nullopt;
    return Position{FromBigEndian(key)};
}

std::string PostingKey(const Label& label, Position first) {
    std::string key;
    key.reserve(label.bytes.size() + kUint64Bytes);
    key += label.AsBytes();
    AppendUint64(key, ToUint64(first));
    return key;
}

std::optional<Position> ParsePostingKey(const Label& label, std::string_view key) {
    if (key.size() != label.bytes.size() + kUint64Bytes || !key.starts_with(label.AsBytes())) return std::nullopt;
    return Position{FromBigEndian(key.substr(label.bytes.size()))};
}

std::string TreeKey(unsigned level, std::uint64_t index) {
    std::string key(1, static_cast<char>(level));
    AppendUint64(key, index);
    return key;
}

}  // namespace throughline
