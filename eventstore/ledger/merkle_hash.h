// The three hashes of the tree over the headers; everything the ledger proves is made of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace throughline {

inline constexpr std::size_t kTreeHashBytes = 32;

/// SHA-256 of a leaf or a node of the tree. Source: RFC 6962 §2.1.
using TreeHash = std::array<std::uint8_t, kTreeHashBytes>;

/// Root of the tree without leaves: SHA-256 of nothing.
[[nodiscard]] TreeHash EmptyRoot();

/// SHA-256(0x00 ‖ entry). The prefixes keep a leaf from passing for a node.
[[nodiscard]] TreeHash LeafHash(std::string_view entry);

/// SHA-256(0x01 ‖ left ‖ right).
[[nodiscard]] TreeHash NodeHash(const TreeHash& left, const TreeHash& right);

}  // namespace throughline
