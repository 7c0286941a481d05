// The seam to where wrapped keys and links are kept: rows that are durable on return, and can be destroyed for good.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace throughline {

/// The key that wraps all others. Read from a file (see key_file.h), never kept in a database, a flag or the
/// environment.
using KeyEncryptionKey = std::array<std::uint8_t, 32>;

/// Rows by key. Safe from many threads.
class KeyStore {
  public:
    virtual ~KeyStore() = default;

    struct Change {
        std::string key;
        std::optional<std::string> value;  ///< Absent: delete.
    };

    [[nodiscard]] virtual absl::StatusOr<std::optional<std::string>> Get(std::string_view key) = 0;

    /// Every row whose key starts with `prefix`, in order.
    [[nodiscard]] virtual absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Scan(
        std::string_view prefix) = 0;

    /// Applies all changes or none; durable on return.
    [[nodiscard]] virtual absl::Status Write(const std::vector<Change>& changes) = 0;

    /// Makes sure that the bytes of deleted rows are in no file of the store any more.
    [[nodiscard]] virtual absl::Status Purge() = 0;
};

}  // namespace throughline
