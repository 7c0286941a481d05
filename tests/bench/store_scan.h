// The whole log read in this process, without gRPC: the limit that the log sets to its readers.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace throughline {

struct StoreScan {
    std::string store;  ///< Folder of a store that nobody serves now.
    std::string key_file;
    bool sealed = false;  ///< Leave bodies sealed.
    int passes = 3;
};

struct StoreScanned {
    std::uint64_t records = 0;
    std::uint64_t header_bytes = 0;
    std::uint64_t body_bytes = 0;      ///< As read: sealed, or plaintext.
    std::chrono::nanoseconds time{0};  ///< Of the median pass.
};

/// Reads the log from its first record to its last, several times.
[[nodiscard]] absl::StatusOr<StoreScanned> ScanStore(const StoreScan& scan);

}  // namespace throughline
