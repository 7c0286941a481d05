// Files to credentials.
#include "services/throughline/serving/credentials.h"

#include <fmt/format.h>

#include "services/auth/token_issuer.h"
#include "services/auth/token_keys.h"
#include "services/throughline/verb.h"

namespace throughline {
namespace {

absl::StatusOr<std::string> ReadSetting(std::string_view name, const std::string& path) {
    absl::StatusOr<std::string> content = ReadSmallFile(path);
    if (content.ok()) return content;
    const std::string why(content.status().message());
    return BadSettings(fmt::format("--{}: {}", name, why));
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentialsOf(const ServeSettings& settings) {
    if (settings.tls_cert.empty()) return grpc::InsecureServerCredentials();
    const absl::StatusOr<std::string> cert = ReadSetting("tls-cert", settings.tls_cert);
    if (!cert.ok()) return cert.status();
    const absl::StatusOr<std::string> key = ReadSetting("tls-key", settings.tls_key);
    if (!key.ok()) return key.status();
    absl::StatusOr<std::string> ca = ReadSetting("tls-client-ca", settings.tls_client_ca);
    if (!ca.ok()) return ca.status();
    grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    options.pem_root_certs = *std::move(ca);
    options.pem_key_cert_pairs.push_back({*key, *cert});
    return grpc::SslServerCredentials(options);
}

absl::StatusOr<std::unique_ptr<TokenAuthenticator>> AuthenticatorOf(const ServeSettings& settings, bool synthetic,
                                                                    const Uuid& store_id, const Clock& machine_clock) {
    TrustedIssuer trusted;
    trusted.synthetic = synthetic;
    if (synthetic) {
        if (!settings.token_issuer.empty()) {
            return BadSettings(
                "a synthetic store takes only the tokens of its own issuer: leave --token-issuer and "
                "--token-key out");
        }
        trusted.issuer = SyntheticIssuer(store_id);
        absl::StatusOr<std::string> key = ReadSmallFile(settings.store.IssuerPublicKey());
        if (!key.ok()) return key.status();
        trusted.public_pems.push_back(*std::move(key));
    } else {
        if (settings.token_issuer.empty()) {
            return BadSettings("--token-issuer and --token-key are needed: whose tokens say who calls");
        }
        trusted.issuer = settings.token_issuer;
        for (const std::string& path : settings.token_keys) {
            absl::StatusOr<std::string> key = ReadSetting("token-key", path);
            if (!key.ok()) return key.status();
            trusted.public_pems.push_back(*std::move(key));
        }
    }
    absl::StatusOr<std::unique_ptr<TokenAuthenticator>> made =
        TokenAuthenticator::Make(std::move(trusted), machine_clock);
    if (made.ok()) return made;
    const std::string why(made.status().message());
    return BadSettings("--token-issuer, --token-key: " + why);
}

}  // namespace throughline
