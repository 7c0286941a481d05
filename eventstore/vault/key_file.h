// The key-encryption key's file: the one thing that must be kept apart from the store and its backups.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/vault/key_store.h"

namespace throughline {

/// Makes a key file with a new random key: mode 0600, synced with its folder before it returns.
/// The file is text: comment lines that start with '#', and one line of 64 hexadecimal digits.
///   ALREADY_EXISTS   there is a file; a key is never overwritten
///   UNAVAILABLE      the disk refused; no file is left behind
[[nodiscard]] absl::Status CreateKeyFile(const std::string& path);

/// Reads a key file.
///   NOT_FOUND            there is none (reason KEY_FILE_MISSING)
///   FAILED_PRECONDITION  others than its owner may read or write it (reason KEY_FILE_EXPOSED)
///   INVALID_ARGUMENT     it is not a key file (reason KEY_FILE_MALFORMED)
///   UNAVAILABLE          the disk refused
[[nodiscard]] absl::StatusOr<KeyEncryptionKey> ReadKeyFile(const std::string& path);

}  // namespace throughline
