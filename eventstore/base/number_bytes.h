// Numbers as bytes in keys and values: big-endian, so that keys sort by number, and varints where small ones are
// common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace throughline {

inline constexpr std::size_t kUint32Bytes = 4;
inline constexpr std::size_t kUint64Bytes = 8;

inline void AppendUint32(std::string& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFFU);
}

inline void AppendUint64(std::string& out, std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFFU);
}

/// Seven bits a byte, lowest first, the top bit set where more follow (LEB128).
inline void AppendVarint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80U; value >>= 7U) out += static_cast<char>((value & 0x7FU) | 0x80U);
    out += static_cast<char>(value);
}

/// Takes bytes off the front; nothing, and `in` as it was, where there are too few.
[[nodiscard]] inline std::optional<std::string_view> TakeBytes(std::string_view& in, std::size_t count) {
    if (in.size() < count) return std::nullopt;
    const std::string_view taken = in.substr(0, count);
    in.remove_prefix(count);
    return taken;
}

/// Reads `bytes` (at most eight) as one big-endian number.
[[nodiscard]] inline std::uint64_t FromBigEndian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) value = value << 8U | static_cast<std::uint8_t>(byte);
    return value;
}

[[nodiscard]] inline std::optional<std::uint32_t> TakeUint32(std::string_view& in) {
    const auto bytes = TakeBytes(in, kUint32Bytes);
    if (!bytes) return std::nullopt;
    return static_cast<std::uint32_t>(FromBigEndian(*bytes));
}

[[nodiscard]] inline std::optional<std::uint64_t> TakeUint64(std::string_view& in) {
    const auto bytes = TakeBytes(in, kUint64Bytes);
    if (!bytes) return std::nullopt;
    return FromBigEndian(*bytes);
}

[[nodiscard]] inline std::optional<std::uint64_t> TakeVarint(std::string_view& in) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && shift / 7 < in.size(); shift += 7) {
        const auto byte = static_cast<std::uint8_t>(in[shift / 7]);
        value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if (byte < 0x80U) {
            in.remove_prefix(shift / 7 + 1);
            return value;
        }
    }
    return std::nullopt;
}

}  // namespace throughline
