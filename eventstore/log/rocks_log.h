// The log on disk: one RocksDB, one writer, one synced batch a group of appends.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "eventstore/base/clock.h"
#include "eventstore/disk/disk_room.h"
#include "eventstore/log/record_log.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace throughline {

struct RocksLogInit {
    std::string path;  ///< Folder of the log; made if missing.
    Uuid store_id = RandomUuid();
    bool synthetic = false;
    const Clock* clock = nullptr;  ///< Gives `created_at`. Required.
    rocksdb::Env* env = nullptr;   ///< For fault injection; absent: the real file system.
};

struct RocksLogOptions {
    std::string path;
    const Clock* clock = nullptr;  ///< Gives `recorded_at`. Required; must outlive the log.

    /// Called once, when the log can no longer be trusted, after waiting callers were answered: the process must exit
    /// and let the restart decide, with 7 for DATA_LOSS and 74 for anything else. Called from a thread of the log; must
    /// not destroy the log. Required.
    std::function<void(const absl::Status& why)> fatal;

    /// How far the clock may stand behind the last record before appends are refused.
    std::chrono::microseconds clock_skew_max = std::chrono::seconds(5);
    /// How far the clock may run ahead of the machine's uptime between two appends.
    std::chrono::microseconds clock_leap_max = std::chrono::hours(1);
    /// Time that only goes forward, suspended or not; absent: CLOCK_BOOTTIME.
    std::function<std::chrono::microseconds()> uptime{};

    /// How the free space is found out; absent: statvfs.
    DiskSpaceProbe disk_space{};
    /// How often the HEAD file is synced.
    std::chrono::milliseconds head_sync_interval = std::chrono::seconds(1);
    rocksdb::Env* env = nullptr;  ///< For fault injection; must outlive the log. Absent: the real file system.
};

/// The log on disk. See docs/storage-format.md for its bytes.
///
/// Crash-only: after an I/O error or corruption it accepts no append any more, calls `fatal`, and only a restart helps.
/// A full disk is no such error: appends are refused until there is room again.
class RocksLog : public RecordLog {
  public:
    /// Makes an empty log.
    ///   ALREADY_EXISTS       there is one
    [[nodiscard]] static absl::Status Init(const RocksLogInit& init);

    /// Opens a log; never creates one.
    ///   NOT_FOUND            there is none: run `throughline init`
    ///   UNAVAILABLE          another process has it open (STORE_LOCKED), or an I/O error (IO_ERROR: exit 74)
    ///   DATA_LOSS            it ends before what its HEAD file witnesses (LOG_SHORT), the HEAD file is missing or
    ///   damaged
    ///                        (HEAD_MISSING, HEAD_DAMAGED), or what is stored is corrupt (CORRUPTION): exit 7
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<RocksLog>> Open(RocksLogOptions options);

    /// When the last record was recorded; the epoch where there is none. For setting a synthetic store's clock.
    [[nodiscard]] virtual Instant LastRecordedAt() const = 0;

    /// When the store was made.
    [[nodiscard]] virtual Instant CreatedAt() const = 0;
};

}  // namespace throughline
