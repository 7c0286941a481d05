// Tells who calls from the signed token in the call's credentials.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "services/auth/identity.h"
#include "services/auth/verified_tokens.h"

namespace throughline {

/// Whose tokens count.
struct TrustedIssuer {
    std::string issuer;                    ///< `iss` of its tokens, exactly.
    std::vector<std::string> public_pems;  ///< 1 to 8 P-256 keys, so that an issuer can change keys.
    bool synthetic = false;  ///< Only for synthetic stores: its tokens must carry `syn`, all others must not.
};

/// Accepts JSON Web Tokens (RFC 7519) signed with ES256 and nothing else. Each call's own token is what counts: nothing
/// about a caller is kept with the connection, which many callers may share. The signature of a token that was verified
/// lately is not verified again (VerifiedTokens says why that is as safe); its time is checked at every call.
class TokenAuthenticator final : public Authenticator {
  public:
    /// INVALID_ARGUMENT for an issuer without a name or with a bad key, or for a synthetic one that is not marked so.
    /// `clock` is the machine's, not the store's: tokens expire by real time. It must outlive the authenticator.
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<TokenAuthenticator>> Make(TrustedIssuer trusted,
                                                                                  const Clock& clock);

    [[nodiscard]] absl::StatusOr<Identity> Authenticate(const grpc::ServerContextBase& context) const override;

    /// The same for the bare token.
    [[nodiscard]] absl::StatusOr<Identity> Check(std::string_view token) const;

  private:
    TokenAuthenticator(TrustedIssuer trusted, const Clock& clock);

    /// Everything but the time.
    [[nodiscard]] absl::StatusOr<TokenClaims> Verify(std::string_view token) const;
    [[nodiscard]] absl::Status CheckTime(const TokenClaims& claims) const;

    const TrustedIssuer trusted_;
    const Clock& clock_;
    mutable VerifiedTokens verified_;
};

}  // namespace throughline
