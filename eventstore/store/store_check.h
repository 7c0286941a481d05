// Reads a whole store, log and keys, and says what is wrong in it and where.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "eventstore/base/uuid.h"
#include "eventstore/log/log_check_records.h"
#include "eventstore/log/log_check_report.h"
#include "eventstore/vault/key_store.h"

namespace throughline {

struct StoreCheckOptions {
    std::string log;         ///< Folder of the log.
    std::string checkpoint;  ///< File of the latest checkpoint.
    std::string keys;        ///< Folder of the key store.
    /// Absent: no signature is checked and no key unwrapped, and the report says so.
    std::optional<KeyEncryptionKey> kek{};
    bool open_bodies = false;  ///< Decrypt every body too. Needs `kek`.
    CheckProgress progress{};
};

struct CheckedStore {
    std::optional<Uuid> store_id;  ///< Absent where it cannot be read.
    CheckReport report;
};

/// Looks at a store as it was at one moment, also while a process serves it, and changes nothing. What is wrong goes to
/// the report; an error means that it could not be looked at.
///   NOT_FOUND            there is no store (NO_STORE)
///   FAILED_PRECONDITION  written by a newer version (FORMAT_TOO_NEW, KEY_STORE_FORMAT), a key store without secrets
///                        (KEY_STORE_EMPTY), or another key than it was made with (WRONG_KEY_FILE)
///   UNAVAILABLE          I/O error (IO_ERROR), or more is written than a moment can be caught in (STORE_BUSY)
[[nodiscard]] absl::StatusOr<CheckedStore> CheckStore(const StoreCheckOptions& options);

}  // namespace throughline
