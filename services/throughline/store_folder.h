// Where things stand in a store's folder.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/base/uuid.h"
#include "services/auth/token_issuer.h"
#include "services/auth/token_keys.h"

namespace throughline {

/// A store is a folder: `log`, `keys`, `views`, and in a synthetic one `tokens`. The key file stands outside it, so
/// that no copy of the folder holds what opens it.
struct StoreFolder {
    std::string path;

    [[nodiscard]] std::string Log() const { return path + "/log"; }
    [[nodiscard]] std::string Checkpoint() const { return Log() + "/checkpoint"; }
    [[nodiscard]] std::string Keys() const { return path + "/keys"; }
    [[nodiscard]] std::string Views() const { return path + "/views"; }
    [[nodiscard]] std::string Tokens() const { return path + "/tokens"; }
    [[nodiscard]] std::string Token(const std::string& name) const { return Tokens() + "/" + name + ".jwt"; }
    [[nodiscard]] std::string IssuerName() const { return Tokens() + "/issuer"; }
    [[nodiscard]] std::string IssuerPrivateKey() const { return Tokens() + "/issuer.private.pem"; }
    [[nodiscard]] std::string IssuerPublicKey() const { return Tokens() + "/issuer.public.pem"; }
    /// Beside the folder: where the key file is unless a setting says otherwise.
    [[nodiscard]] std::string DefaultKeyFile() const;

    /// True where there is a store, or a part of one.
    [[nodiscard]] bool Exists() const;
};

/// What `init` makes.
struct NewStore {
    StoreFolder folder;
    std::string key_file;
    bool synthetic = false;
    Instant synthetic_start{};  ///< Time at which a synthetic store's clock begins.
};

/// Makes a store: folder (mode 0700), key file, key store, log, and for a synthetic one the issuer of its tokens. The
/// log comes last, so that a folder with a log has everything.
///   ALREADY_EXISTS   there is one
[[nodiscard]] absl::Status MakeStore(const NewStore& store);

/// The issuer of a synthetic store. NOT_FOUND where there is no store, FAILED_PRECONDITION where it has no issuer,
/// because it is real.
[[nodiscard]] absl::StatusOr<TokenIssuer> OpenIssuer(const StoreFolder& folder, const Clock& clock);

}  // namespace throughline
