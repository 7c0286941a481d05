// The one keyed hash behind every derived key, link and digest, with a label for each use so that none can stand for
// another.
#pragma once

#include <string>
#include <string_view>

#include "eventstore/vault/secret.h"

namespace throughline {

/// What a keyed hash is for.
namespace hash_label {
inline constexpr std::string_view kWrappingKey = "throughline/v1/wrapping-key";
inline constexpr std::string_view kKeyCheck = "throughline/v1/key-check";
inline constexpr std::string_view kLink = "throughline/v1/link";
inline constexpr std::string_view kCommand = "throughline/v1/command";
inline constexpr std::string_view kSealKey = "throughline/v1/seal-key";
inline constexpr std::string_view kCommitment = "throughline/v1/commitment";
inline constexpr std::string_view kDigestKey = "throughline/v1/digest-key";
inline constexpr std::string_view kRequest = "throughline/v1/request";
inline constexpr std::string_view kCheckpointKey = "throughline/v1/checkpoint-key";
}  // namespace hash_label

/// Writes HMAC-SHA-256(key, label ‖ 0x00 ‖ data) (RFC 2104) to `out`.
void KeyedHash(KeyView key, std::string_view label, std::string_view data, KeySpan out);

/// The same as text, for what is no secret.
[[nodiscard]] std::string KeyedHashText(KeyView key, std::string_view label, std::string_view data);

}  // namespace throughline
