// Layout of a token: base64url of version 1, four bytes of the store's id, eight bytes of the position, big-endian.
#include "eventstore/base/consistency_token.h"

#include <array>
#include <cstdint>

#include <sodium.h>

namespace throughline {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kStoreBytes = 4;
constexpr std::size_t kTokenBytes = 1 + kStoreBytes + 8;
constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

}  // namespace

std::string EncodeConsistencyToken(const Uuid& store, Position end) {
    std::array<std::uint8_t, kTokenBytes> raw{};
    raw[0] = kVersion;
    for (std::size_t i = 0; i < kStoreBytes; ++i) raw[1 + i] = store.bytes[i];
    for (std::size_t i = 0; i < 8; ++i) {
        raw[1 + kStoreBytes + i] = static_cast<std::uint8_t>(ToUint64(end) >> (56 - 8 * i));
    }
    std::array<char, 64> text{};
    sodium_bin2base64(text.data(), text.size(), raw.data(), raw.size(), kVariant);
    return text.data();
}

absl::StatusOr<Position> DecodeConsistencyToken(const Uuid& store, std::string_view token) {
    std::array<std::uint8_t, kTokenBytes> raw{};
    std::size_t length = 0;
    const bool decoded =
        sodium_base642bin(raw.data(), raw.size(), token.data(), token.size(), nullptr, &length, nullptr, kVariant) == 0;
    if (!decoded || length != kTokenBytes || raw[0] != kVersion) {
        return absl::InvalidArgumentError("not a consistency token; use one as a command answered it");
    }
    for (std::size_t i = 0; i < kStoreBytes; ++i) {
        if (raw[1 + i] != store.bytes[i]) {
            return absl::InvalidArgumentError(
                "the consistency token is of another store; leave it out, or ask that store");
        }
    }
    std::uint64_t end = 0;
    for (std::size_t i = 0; i < 8; ++i) end = end << 8U | raw[1 + kStoreBytes + i];
    return Position{end};
}

}  // namespace throughline
