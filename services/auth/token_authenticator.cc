// The checks of a token, cheapest first; no refusal says more than how to get a good one.
#include "services/auth/token_authenticator.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <jwt.h>
#include <sodium.h>
#include <nlohmann/json.hpp>

#include "eventstore/base/status_details.h"
#include "services/auth/token_claims.h"
#include "services/auth/token_issuer.h"
#include "services/auth/token_keys.h"

namespace throughline {
namespace {

constexpr std::string_view kScheme = "bearer ";
constexpr std::size_t kKeysMax = 8;

absl::Status Refused(std::string_view reason, std::string_view why) {
    return WithReason(absl::UnauthenticatedError(fmt::format(
                          "{}; send \"authorization: Bearer <token>\" with a token of this service's issuer", why)),
                      reason);
}

bool StartsWithScheme(std::string_view value) {
    return value.size() >= kScheme.size() &&
           std::equal(kScheme.begin(), kScheme.end(), value.begin(), [](char scheme, char c) {
               return scheme == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
           });
}

/// True for three parts of base64url characters, the last of the size of an ES256 signature (RFC 7518 §3.4).
bool LooksLikeToken(std::string_view token) {
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    constexpr std::size_t kSignatureLetters = 86;
    const std::size_t first = token.find('.');
    const std::size_t last = token.rfind('.');
    return token.find_first_not_of(kLetters) == std::string_view::npos &&
           std::count(token.begin(), token.end(), '.') == 2 && first > 0 && last > first + 1 &&
           token.size() - last - 1 == kSignatureLetters;
}

/// The algorithm that the header names: checked before anything is verified with it.
bool SaysEs256(std::string_view token) {
    const std::string_view part = token.substr(0, token.find('.'));
    std::string json(part.size(), '\0');
    std::size_t length = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(json.data()), json.size(), part.data(), part.size(), nullptr,
                          &length, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
        return false;
    }
    json.resize(length);
    const auto header = nlohmann::json::parse(json, nullptr, false);
    if (!header.is_object() || header.contains("crit")) return false;
    const auto algorithm = header.find("alg");
    return algorithm != header.end() && algorithm->is_string() && algorithm->get<std::string>() == "ES256";
}

/// The claims as JSON, where one of the keys made the signature.
std::optional<std::string> VerifiedClaims(const std::string& token, const std::vector<std::string>& public_pems) {
    for (const std::string& pem : public_pems) {
        jwt_t* decoded = nullptr;
        const auto* key = reinterpret_cast<const unsigned char*>(pem.data());
        const int failed = jwt_decode(&decoded, token.c_str(), key, static_cast<int>(pem.size()));
        const std::unique_ptr<jwt_t, decltype(&jwt_free)> jwt(decoded, &jwt_free);
        if (failed != 0 || !jwt || jwt_get_alg(jwt.get()) != JWT_ALG_ES256) continue;
        const std::unique_ptr<char, decltype(&std::free)> json(jwt_get_grants_json(jwt.get(), nullptr), &std::free);
        if (json) return std::string(json.get());
    }
    return std::nullopt;
}

}  // namespace

absl::StatusOr<std::unique_ptr<TokenAuthenticator>> TokenAuthenticator::Make(TrustedIssuer trusted,
                                                                             const Clock& clock) {
    if (trusted.issuer.empty()) return absl::InvalidArgumentError("the token issuer has no name");
    if (trusted.synthetic != IsSyntheticIssuer(trusted.issuer)) {
        return absl::InvalidArgumentError("the issuer of a synthetic store counts in that store and nowhere else");
    }
    if (trusted.public_pems.empty() || trusted.public_pems.size() > kKeysMax) {
        return absl::InvalidArgumentError(
            fmt::format("1 to {} token keys are needed, {} are given", kKeysMax, trusted.public_pems.size()));
    }
    for (const std::string& pem : trusted.public_pems) {
        if (const absl::Status good = CheckPublicKey(pem); !good.ok()) return good;
    }
    return std::unique_ptr<TokenAuthenticator>(new TokenAuthenticator(std::move(trusted), clock));
}

TokenAuthenticator::TokenAuthenticator(TrustedIssuer trusted, const Clock& clock)
    : trusted_(std::move(trusted)), clock_(clock), verified_(kVerifiedTokensMax) {}

absl::StatusOr<Identity> TokenAuthenticator::Authenticate(const grpc::ServerContextBase& context) const {
    const auto [first, last] = context.client_metadata().equal_range("authorization");
    if (first == last) return Refused("TOKEN_MISSING", "the call carries no token");
    if (std::next(first) != last) return Refused("TOKEN_MALFORMED", "the call carries more than one token");
    const std::string_view value(first->second.data(), first->second.size());
    if (!StartsWithScheme(value)) return Refused("TOKEN_MALFORMED", "the authorization is not a bearer token");
    return Check(value.substr(kScheme.size()));
}

absl::StatusOr<Identity> TokenAuthenticator::Check(std::string_view token) const {
    if (token.size() > kTokenBytesMax) {
        return Refused("TOKEN_TOO_LARGE",
                       fmt::format("the token has {} bytes, more than {}", token.size(), kTokenBytesMax));
    }
    std::shared_ptr<const TokenClaims> claims = verified_.Find(token);
    const bool known = claims != nullptr;
    if (!known) {
        absl::StatusOr<TokenClaims> verified = Verify(token);
        if (!verified.ok()) return verified.status();
        claims = std::make_shared<const TokenClaims>(*std::move(verified));
    }
    if (absl::Status in_time = CheckTime(*claims); !in_time.ok()) return in_time;
    if (!known) verified_.Keep(token, claims);
    return claims->identity;
}

absl::StatusOr<TokenClaims> TokenAuthenticator::Verify(std::string_view token) const {
    if (!LooksLikeToken(token) || !SaysEs256(token)) {
        return Refused("TOKEN_MALFORMED", "the token is not a JSON Web Token signed with ES256");
    }
    const std::optional<std::string> json = VerifiedClaims(std::string(token), trusted_.public_pems);
    if (!json) return Refused("TOKEN_FORGED", "the token's signature is not of this service's issuer");
    absl::StatusOr<TokenClaims> claims = ParseClaims(*json);
    if (!claims.ok()) {
        const std::string why(claims.status().message());
        return Refused("TOKEN_MALFORMED", "the token cannot be used: " + why);
    }
    if (claims->issuer != trusted_.issuer || claims->synthetic != trusted_.synthetic) {
        return Refused("TOKEN_FROM_ELSEWHERE", "the token is from another issuer");
    }
    if (claims->audience != kTokenAudience) return Refused("TOKEN_FROM_ELSEWHERE", "the token is for another service");
    return claims;
}

absl::Status TokenAuthenticator::CheckTime(const TokenClaims& claims) const {
    const std::int64_t now_s = ToMicros(clock_.Now()) / 1'000'000;
    if (now_s >= claims.expires_at_s) return Refused("TOKEN_EXPIRED", "the token has expired");
    if (now_s + kTokenSkew.count() < std::max(claims.not_before_s, claims.issued_at_s)) {
        return Refused("TOKEN_NOT_YET", "the token does not hold yet");
    }
    return absl::OkStatus();
}

}  // namespace throughline
