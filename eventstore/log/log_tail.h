// Where a log ends, read from its last frame.
#pragma once

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/base/position.h"
#include "eventstore/log/log_families.h"

namespace throughline {

struct LogTail {
    Position end{};
    Instant last_recorded_at{};      ///< The epoch where there is no record.
    std::uint64_t writer_epoch = 0;  ///< Of the last record; 0 where there is none.
};

/// DATA_LOSS where the last frame is damaged.
[[nodiscard]] absl::StatusOr<LogTail> ReadLogTail(const LogFamilies& families);

}  // namespace throughline
