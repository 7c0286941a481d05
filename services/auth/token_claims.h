// What a token says about its bearer, and the bounds of it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/auth/identity.h"

namespace throughline {

inline constexpr std::size_t kTokenBytesMax = 8 * 1024;
inline constexpr std::size_t kPersonIdBytesMax = 128;
inline constexpr std::size_t kPersonNameBytesMax = 400;  ///< 200 characters, most of which have one or two bytes.
inline constexpr std::size_t kRolesPerTokenMax = 16;
/// Tokens whose claims are kept after they were verified: some 2 KiB each.
inline constexpr std::size_t kVerifiedTokensMax = 1'024;
inline constexpr std::string_view kTokenAudience = "throughline";
/// Clocks of issuer and server may differ by so much.
inline constexpr std::chrono::seconds kTokenSkew{60};

/// A token's claims, before they are compared with the time and the issuers.
struct TokenClaims {
    Identity identity;
    std::string issuer;
    std::string audience;
    bool synthetic = false;         ///< `syn`: from the issuer of a synthetic store.
    std::int64_t issued_at_s = 0;   ///< `iat`, seconds since 1970-01-01 UTC; 0 where absent.
    std::int64_t not_before_s = 0;  ///< `nbf`; 0 where absent.
    std::int64_t expires_at_s = 0;  ///< `exp`.
};

/// The claims as JSON, as they go into a token.
[[nodiscard]] std::string ToJson(const TokenClaims& claims);

/// INVALID_ARGUMENT for anything that is not a well-formed set of claims; the text names the claim, never its value.
[[nodiscard]] absl::StatusOr<TokenClaims> ParseClaims(const std::string& json);

}  // namespace throughline
