// Makes tokens for the actors of a synthetic store; no other store has an issuer of its own.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/base/uuid.h"
#include "services/auth/identity.h"

namespace throughline {

/// The issuer that a synthetic store has for itself: "throughline-synthetic:<store id>".
[[nodiscard]] std::string SyntheticIssuer(const Uuid& store);

/// True for the issuer of any synthetic store.
[[nodiscard]] bool IsSyntheticIssuer(std::string_view issuer);

/// Signs tokens with ES256 (RFC 7518 §3.4). Safe from many threads.
class TokenIssuer {
  public:
    /// `clock` is the machine's, not the store's: tokens expire by real time. It must outlive the issuer.
    TokenIssuer(std::string private_pem, std::string issuer, const Clock& clock);

    /// A token that holds for `lifetime`. INVALID_ARGUMENT for an identity that no token may carry, for example a
    /// member of staff without a school.
    [[nodiscard]] absl::StatusOr<std::string> Issue(const Identity& identity, std::chrono::seconds lifetime) const;

  private:
    const std::string private_pem_;
    const std::string issuer_;
    const Clock& clock_;
};

}  // namespace throughline
