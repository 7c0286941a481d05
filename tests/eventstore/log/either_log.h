// A log in memory or one on disk, for tests of what both must do.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "eventstore/log/memory_log.h"
#include "tests/eventstore/log/log_ground.h"

namespace throughline::testing {

class EitherLog {
  public:
    enum class Kind { kMemory, kDisk };

    /// An empty log.
    explicit EitherLog(Kind kind);

    [[nodiscard]] RecordLog& log() { return ground_.log ? *ground_.log : static_cast<RecordLog&>(*memory_); }

    [[nodiscard]] bool on_disk() const { return ground_.log != nullptr; }

    /// Closes it and opens it again, where it is on disk.
    void Restart();

    /// Appends all of them, in this order. On disk, what stands behind the first goes into one commit, unless the first
    /// is refused or a repeat.
    [[nodiscard]] std::vector<absl::StatusOr<AppendOutcome>> AppendTogether(std::vector<SealedAppend> appends);

  private:
    LogGround ground_{LogGround::Made::kCopied};
    std::unique_ptr<MemoryLog> memory_;
};

[[nodiscard]] inline std::string NameOfLogKind(const ::testing::TestParamInfo<EitherLog::Kind>& info) {
    return info.param == EitherLog::Kind::kMemory ? "Memory" : "Disk";
}

}  // namespace throughline::testing
