// Keys that sign tokens: made for a synthetic store, read from files for all.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace throughline {

/// A P-256 key pair as PEM.
struct TokenKeyPair {
    std::string private_pem;
    std::string public_pem;
};

/// A fresh key pair from OpenSSL.
[[nodiscard]] absl::StatusOr<TokenKeyPair> MakeTokenKeys();

/// OK for the PEM of a public key on P-256, the only curve of ES256.
[[nodiscard]] absl::Status CheckPublicKey(std::string_view pem);

/// Reads a small file of keys or a token: NOT_FOUND where there is none, INVALID_ARGUMENT above 64 KiB.
[[nodiscard]] absl::StatusOr<std::string> ReadSmallFile(const std::string& path);

/// Writes a file that only its owner may read (mode 0600), in place at once and synced.
[[nodiscard]] absl::Status WritePrivateFile(const std::string& path, std::string_view content);

}  // namespace throughline
