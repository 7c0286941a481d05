// Scans that stopped half-way: whoever comes back for the next batch goes on with the one that it left.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "eventstore/log/log_scan.h"

namespace throughline {

/// A scan holds on to the files that were there when it began. So those that are kept are let go of whenever files
/// come or go, which a log under load does every few seconds, and when bodies are deleted; and before the database is
/// closed. Safe from many threads.
class KeptScans {
  public:
    /// Which files there are, as far as this knows.
    [[nodiscard]] std::uint64_t files() const;

    /// The scan that stopped where `walk` starts, set on `walk`; nothing where none is kept.
    [[nodiscard]] std::unique_ptr<LogScan> Take(const Walk& walk, bool with_bodies);

    /// Keeps a scan, unless the files are others than before it was taken or made: `files` says which these were. The
    /// oldest makes room where there are limits::kKeptScansMax.
    void Keep(std::unique_ptr<LogScan> scan, std::uint64_t files);

    /// Files came or went: lets go of all.
    void DropAll();

  private:
    mutable std::mutex mutex_;
    std::uint64_t files_ = 0;
    std::deque<std::unique_ptr<LogScan>> scans_;  // The oldest first.
};

}  // namespace throughline
