// The disk's own time for what every commit must do: append a page and sync it.
#pragma once

#include <chrono>
#include <string>

#include "absl/status/statusor.h"
#include "services/throughline/bench/latencies.h"

namespace throughline {

/// Appends 4 KiB to a scratch file in `folder` and syncs it with fdatasync, again and again for `time`; the file is
/// removed. Each duration is of one append and its sync.
///   NOT_FOUND     there is no such folder
///   UNAVAILABLE   the disk refuses (IO_ERROR)
[[nodiscard]] absl::StatusOr<Latencies> MeasureDiskSync(const std::string& folder, std::chrono::nanoseconds time);

}  // namespace throughline
