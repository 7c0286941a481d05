// Scans that stopped half-way: whoever comes back for the next batch goes on with the one that it left.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include <rocksdb/listener.h>

#include "eventstore/log/log_scan.h"

namespace throughline {

/// A scan holds on to the files that were there when it began. So those that are kept are let go of whenever files
/// come or go, which a log under load does every few seconds, and when bodies are deleted. Safe from many threads.
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

/// Lets go of them whenever files come or go. All must be let go of before the database is closed.
[[nodiscard]] std::shared_ptr<rocksdb::EventListener> DropWithFiles(std::shared_ptr<KeptScans> scans);

}  // namespace throughline
