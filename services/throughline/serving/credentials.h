// Whom a server trusts: connections by certificate, callers by token.
#pragma once

#include <memory>

#include <grpcpp/security/server_credentials.h>

#include "absl/status/statusor.h"
#include "services/auth/token_authenticator.h"
#include "services/throughline/serving/serve_settings.h"

namespace throughline {

/// TLS with required client certificates where certificates are set; else none, for loopback.
[[nodiscard]] absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentialsOf(
    const ServeSettings& settings);

/// The issuer in a synthetic store's folder, or the one that the settings name: never both.
/// INVALID_ARGUMENT (BAD_SETTINGS) where there is none, or the wrong one for this store.
[[nodiscard]] absl::StatusOr<std::unique_ptr<TokenAuthenticator>> AuthenticatorOf(const ServeSettings& settings,
                                                                                  bool synthetic, const Uuid& store_id,
                                                                                  const Clock& machine_clock);

}  // namespace throughline
