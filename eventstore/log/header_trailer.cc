// Protobuf's wire form by hand, since its bytes must have a fixed length and place: key, then eight little-endian
// bytes.
#include "eventstore/log/header_trailer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace throughline {
namespace {

// Source: protobuf encoding, wire type 1 (64 bit): varint of (field number << 3 | 1).
constexpr std::string_view kPositionKey = "\x79";
constexpr std::string_view kWriterEpochKey = "\x81\x01";
constexpr std::string_view kRecordedAtKey = "\x89\x01";
constexpr std::size_t kValueBytes = 8;

char* PutFixed64(char* at, std::string_view key, std::uint64_t value) {
    at = std::copy(key.begin(), key.end(), at);
    for (std::size_t i = 0; i < kValueBytes; ++i) *at++ = static_cast<char>(value >> (8 * i) & 0xFFU);
    return at;
}

// Behind the key, which stands at the front of `in`.
std::uint64_t ValueAfter(std::string_view key, std::string_view in) {
    std::uint64_t value = 0;
    std::memcpy(&value, in.data() + key.size(), kValueBytes);
    if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
    return value;
}

}  // namespace

void AppendHeaderTrailer(std::string& header, const HeaderTrailer& trailer) {
    std::array<char, kHeaderTrailerBytes> bytes;
    char* at = PutFixed64(bytes.data(), kPositionKey, ToUint64(trailer.position));
    at = PutFixed64(at, kWriterEpochKey, trailer.writer_epoch);
    PutFixed64(at, kRecordedAtKey, static_cast<std::uint64_t>(ToMicros(trailer.recorded_at)));
    header.append(bytes.data(), bytes.size());
}

std::optional<HeaderTrailer> ReadHeaderTrailer(std::string_view header) {
    if (header.size() < kHeaderTrailerBytes) return std::nullopt;
    const std::string_view position = header.substr(header.size() - kHeaderTrailerBytes);
    const std::string_view epoch = position.substr(kPositionKey.size() + kValueBytes);
    const std::string_view recorded_at = epoch.substr(kWriterEpochKey.size() + kValueBytes);
    if (!position.starts_with(kPositionKey) || !epoch.starts_with(kWriterEpochKey) ||
        !recorded_at.starts_with(kRecordedAtKey)) {
        return std::nullopt;
    }
    return HeaderTrailer{Position{ValueAfter(kPositionKey, position)}, ValueAfter(kWriterEpochKey, epoch),
                         FromMicros(static_cast<std::int64_t>(ValueAfter(kRecordedAtKey, recorded_at)))};
}

}  // namespace throughline
