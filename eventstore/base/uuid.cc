// UUIDs from libsodium's random bytes, and their text.
#include "eventstore/base/uuid.h"

#include <algorithm>
#include <cstddef>

#include <sodium.h>

namespace throughline {
namespace {

constexpr std::size_t kTextLength = 36;

bool IsHyphenPlace(std::size_t i) {
    return i == 8 || i == 13 || i == 18 || i == 23;
}

void Stamp(Uuid& uuid, std::uint8_t version) {
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0FU) | (unsigned{version} << 4U));
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3FU) | 0x80U);
}

int HexValue(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::string_view Uuid::AsBytes() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Uuid RandomUuid() {
    Uuid uuid;
    randombytes_buf(uuid.bytes.data(), uuid.bytes.size());
    Stamp(uuid, 4);
    return uuid;
}

Uuid TimeOrderedUuid(std::int64_t unix_ms) {
    Uuid uuid = RandomUuid();
    for (std::size_t i = 0; i < 6; ++i) {
        uuid.bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(unix_ms) >> (40 - 8 * i));
    }
    Stamp(uuid, 7);
    return uuid;
}

std::string ToString(const Uuid& uuid) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text;
    text.reserve(kTextLength);
    for (const std::uint8_t byte : uuid.bytes) {
        if (IsHyphenPlace(text.size())) text += '-';
        text += kHex[byte >> 4U];
        text += kHex[byte & 0x0FU];
    }
    return text;
}

std::optional<Uuid> ParseUuid(std::string_view text) {
    if (text.size() != kTextLength) return std::nullopt;
    Uuid uuid;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (IsHyphenPlace(i)) {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        const int value = HexValue(text[i]);
        if (value < 0) return std::nullopt;
        std::uint8_t& byte = uuid.bytes[digits / 2];
        byte = static_cast<std::uint8_t>(digits % 2 == 0 ? value << 4 : byte | value);
        ++digits;
    }
    if (uuid == Uuid{}) return std::nullopt;
    return uuid;
}

std::optional<Uuid> UuidFromBytes(std::string_view bytes) {
    Uuid uuid;
    if (bytes.size() != uuid.bytes.size()) return std::nullopt;
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(uuid.bytes.data()));
    return uuid;
}

}  // namespace throughline
