// UUIDs from random bytes, and their text.
#include "eventstore/base/uuid.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "eventstore/base/random_bytes.h"

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

// Of each byte its value as a hexadecimal digit, kNoDigit of those that are none.
constexpr std::uint8_t kNoDigit = 0x80;
constexpr std::array<std::uint8_t, 256> kDigits = [] {
    std::array<std::uint8_t, 256> digits{};
    digits.fill(kNoDigit);
    for (std::uint8_t i = 0; i < 10; ++i) digits['0' + i] = i;
    for (std::uint8_t i = 0; i < 6; ++i) digits['a' + i] = digits['A' + i] = static_cast<std::uint8_t>(10 + i);
    return digits;
}();

// Where the two digits of each byte begin.
constexpr std::array<std::uint8_t, 16> kByteAt{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

}  // namespace

std::string_view Uuid::AsBytes() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Uuid RandomUuid() {
    Uuid uuid;
    FillRandom(uuid.bytes);
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
    if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return std::nullopt;
    Uuid uuid;
    unsigned seen = 0;
    for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
        const unsigned high = kDigits[static_cast<std::uint8_t>(text[kByteAt[i]])];
        const unsigned low = kDigits[static_cast<std::uint8_t>(text[kByteAt[i] + 1U])];
        seen |= high | low;
        uuid.bytes[i] = static_cast<std::uint8_t>(high << 4U | low);
    }
    if ((seen & kNoDigit) != 0 || uuid == Uuid{}) return std::nullopt;
    return uuid;
}

std::optional<Uuid> UuidFromBytes(std::string_view bytes) {
    Uuid uuid;
    if (bytes.size() != uuid.bytes.size()) return std::nullopt;
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(uuid.bytes.data()));
    return uuid;
}

}  // namespace throughline
