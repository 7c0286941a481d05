// Source: protobuf encoding; a key is field number << 3 | wire type, of one byte for fields up to 15.
#include "eventstore/server/canonical_fields.h"

#include <cstring>

namespace throughline {
namespace {

constexpr std::uint32_t kVarint = 0;
constexpr std::uint32_t kBytes = 2;
constexpr unsigned kVarintBitsMax = 64;

bool IsAscii(std::string_view text) {
    constexpr std::uint64_t kTopBits = 0x8080808080808080;
    std::uint64_t all = 0;
    for (std::uint64_t eight = 0; text.size() >= sizeof eight; text.remove_prefix(sizeof eight)) {
        std::memcpy(&eight, text.data(), sizeof eight);
        all |= eight;
    }
    for (const char c : text) all |= static_cast<unsigned char>(c);
    return (all & kTopBits) == 0;
}

}  // namespace

bool CanonicalFields::StartsField(std::uint32_t field, std::uint32_t wire_type) {
    if (left_.empty() || static_cast<unsigned char>(left_.front()) != (field << 3U | wire_type)) return false;
    left_.remove_prefix(1);
    return true;
}

std::uint64_t CanonicalFields::TakeVarint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < kVarintBitsMax && !left_.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(left_.front());
        left_.remove_prefix(1);
        const std::uint64_t bits = byte & 0x7FU;
        if (bits << shift >> shift != bits) break;
        value |= bits << shift;
        if ((byte & 0x80U) != 0) continue;
        // A last byte of nothing could have been left out.
        if (byte == 0 && shift > 0) break;
        return value;
    }
    canonical_ = false;
    return 0;
}

std::string_view CanonicalFields::TakeBytes() {
    const std::uint64_t size = TakeVarint();
    if (!canonical_ || left_.size() < size) {
        canonical_ = false;
        return {};
    }
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
}

void CanonicalFields::CheckText(std::string_view text) {
    if (texts_ == Texts::kAscii && !IsAscii(text)) canonical_ = false;
}

std::string_view CanonicalFields::Bytes(std::uint32_t field) {
    if (!StartsField(field, kBytes)) return {};
    const std::string_view value = TakeBytes();
    if (value.empty()) canonical_ = false;
    return value;
}

std::string_view CanonicalFields::Text(std::uint32_t field) {
    const std::string_view value = Bytes(field);
    CheckText(value);
    return value;
}

std::uint64_t CanonicalFields::Number(std::uint32_t field) {
    if (!StartsField(field, kVarint)) return 0;
    const std::uint64_t value = TakeVarint();
    if (value == 0) canonical_ = false;
    return value;
}

std::optional<std::string_view> CanonicalFields::Next(std::uint32_t field) {
    if (!StartsField(field, kBytes)) return std::nullopt;
    return TakeBytes();
}

std::optional<std::string_view> CanonicalFields::NextText(std::uint32_t field) {
    const std::optional<std::string_view> value = Next(field);
    if (value) CheckText(*value);
    return value;
}

std::optional<std::uint64_t> CanonicalFields::NextNumber(std::uint32_t field) {
    if (!StartsField(field, kVarint)) return std::nullopt;
    return TakeVarint();
}

}  // namespace throughline
