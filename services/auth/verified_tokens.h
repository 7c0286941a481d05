// Tokens whose signature was verified lately: verifying one takes over a hundred microseconds, and a caller sends the
// same one with every call.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "eventstore/base/digest.h"
#include "services/auth/token_claims.h"

namespace throughline {

/// Claims by the SHA-256 of the whole token, signature included. Safe from many threads.
///
/// Only what passed every check but those of time is kept, and only in the authenticator whose keys and issuer it
/// passed; the checks of time are made anew at each call. So a token found here counts exactly as long as one that is
/// verified again. No other token has the same hash, and a lookup takes as long for one that is kept as for one that
/// differs in a letter. Nothing is kept for a connection.
class VerifiedTokens {
  public:
    /// Keeps at most `tokens_max`; those that were not used for longest go first, about.
    explicit VerifiedTokens(std::size_t tokens_max) : generation_max_((tokens_max + 1) / 2) {}

    /// Null for a token that is not kept.
    [[nodiscard]] std::shared_ptr<const TokenClaims> Find(std::string_view token);
    void Keep(std::string_view token, std::shared_ptr<const TokenClaims> claims);

    [[nodiscard]] std::size_t size();

  private:
    using Tokens = absl::flat_hash_map<Sha256Digest, std::shared_ptr<const TokenClaims>>;

    void KeepLocked(const Sha256Digest& key, std::shared_ptr<const TokenClaims> claims);

    const std::size_t generation_max_;
    std::mutex mutex_;
    Tokens younger_;
    Tokens older_;  ///< What was not used since it was the younger one.
};

}  // namespace throughline
