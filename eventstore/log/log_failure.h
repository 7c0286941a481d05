// Crash-only: the first error after which the log cannot be trusted is reported once, and nothing is accepted any more.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include <rocksdb/listener.h>

#include "absl/status/status.h"

namespace throughline {

/// Safe from many threads.
class LogFailure {
  public:
    explicit LogFailure(std::function<void(const absl::Status& why)> fatal);

    /// Whether only a restart helps after this error: DATA_LOSS and I/O errors, but not a full disk.
    [[nodiscard]] static bool IsFatal(const absl::Status& status);

    /// Remembers the first error and calls `fatal` with it.
    void Report(const absl::Status& why);

    /// Report(), where IsFatal().
    void ReportIfFatal(const absl::Status& status);

    /// OK, or UNAVAILABLE (LOG_FAILED).
    [[nodiscard]] absl::Status Check() const;

  private:
    const std::function<void(const absl::Status& why)> fatal_;
    mutable std::mutex mutex_;
    bool failed_ = false;
};

/// Reports what fails in RocksDB's own threads. Failed commits are left to the writer, who first answers its callers.
[[nodiscard]] std::shared_ptr<rocksdb::EventListener> ReportBackgroundErrors(std::shared_ptr<LogFailure> failure);

}  // namespace throughline
