// RocksDB alone, opened as the log opens it: the limit that the disk engine sets.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "services/throughline/bench/latencies.h"

namespace throughline {

struct RawPuts {
    std::string folder;  ///< Made if missing; the database in it grows.
    int threads = 1;
    std::size_t bytes = 4096;  ///< Of each row.
    std::chrono::nanoseconds warm_up{0};
    std::chrono::nanoseconds time{0};
};

/// One column family, one synced Put a request, from `threads` threads at once.
[[nodiscard]] absl::StatusOr<Latencies> PutRows(const RawPuts& puts);

struct RawScan {
    std::string folder;  ///< Made if missing, and filled up to `rows` rows.
    std::uint64_t rows = 0;
    std::size_t bytes = 4096;  ///< Of each row.
    int passes = 3;
};

/// Reads all rows in order, several times; the median pass.
[[nodiscard]] absl::StatusOr<std::chrono::nanoseconds> ScanRows(const RawScan& scan);

}  // namespace throughline
