// Claims, signed by libjwt.
#include "services/auth/token_issuer.h"

#include <cstdlib>
#include <memory>

#include <fmt/format.h>
#include <jwt.h>

#include "services/auth/token_claims.h"

namespace throughline {
namespace {

constexpr std::string_view kSyntheticPrefix = "throughline-synthetic:";

}  // namespace

std::string SyntheticIssuer(const Uuid& store) {
    return fmt::format("{}{}", kSyntheticPrefix, ToString(store));
}

bool IsSyntheticIssuer(std::string_view issuer) {
    return issuer.starts_with(kSyntheticPrefix);
}

TokenIssuer::TokenIssuer(std::string private_pem, std::string issuer, const Clock& clock)
    : private_pem_(std::move(private_pem)), issuer_(std::move(issuer)), clock_(clock) {}

absl::StatusOr<std::string> TokenIssuer::Issue(const Identity& identity, std::chrono::seconds lifetime) const {
    const std::int64_t now_s = ToMicros(clock_.Now()) / 1'000'000;
    const TokenClaims claims{.identity = identity,
                             .issuer = issuer_,
                             .audience = std::string(kTokenAudience),
                             .synthetic = true,
                             .issued_at_s = now_s,
                             .not_before_s = 0,
                             .expires_at_s = now_s + lifetime.count()};
    const std::string json = ToJson(claims);
    if (const auto readable = ParseClaims(json); !readable.ok()) return readable.status();
    jwt_t* made = nullptr;
    if (jwt_new(&made) != 0) return absl::ResourceExhaustedError("no memory for a token");
    const std::unique_ptr<jwt_t, decltype(&jwt_free)> jwt(made, &jwt_free);
    const auto* key = reinterpret_cast<const unsigned char*>(private_pem_.data());
    if (jwt_add_grants_json(jwt.get(), json.c_str()) != 0 ||
        jwt_set_alg(jwt.get(), JWT_ALG_ES256, key, static_cast<int>(private_pem_.size())) != 0) {
        return absl::InternalError("the token's claims were not taken by libjwt");
    }
    const std::unique_ptr<char, decltype(&std::free)> token(jwt_encode_str(jwt.get()), &std::free);
    if (!token) return absl::FailedPreconditionError("the issuer's key does not sign; make the store anew");
    return std::string(token.get());
}

}  // namespace throughline
