// Whether the disk has room to write: refuse early, so that a full disk never meets a commit half-way.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace throughline {

struct DiskSpace {
    std::uint64_t free_bytes = 0;  ///< For us, not for root.
    std::uint64_t total_bytes = 0;
};

/// Finds out how much room there is.
using DiskSpaceProbe = std::function<absl::StatusOr<DiskSpace>()>;

/// Asks the file system that holds `path`.
[[nodiscard]] DiskSpaceProbe StatvfsProbe(std::string path);

/// Below this many free bytes nothing is written: the smaller of 5 % of the disk and 256 MiB.
[[nodiscard]] std::uint64_t FreeBytesMin(std::uint64_t total_bytes);

/// Remembers the answer for 200 ms, so that it can be asked before every write. Safe from many threads.
class DiskRoom {
  public:
    explicit DiskRoom(DiskSpaceProbe probe);

    /// RESOURCE_EXHAUSTED (DISK_FULL) with both numbers and a retry hint while there is too little room. A probe that
    /// fails refuses nothing: the write itself will tell.
    [[nodiscard]] absl::Status Check();

  private:
    const DiskSpaceProbe probe_;
    std::mutex mutex_;
    std::chrono::steady_clock::time_point asked_at_{};
    bool asked_ = false;
    absl::Status answer_;
};

}  // namespace throughline
