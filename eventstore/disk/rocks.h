// How every RocksDB of ours is opened: the options that promises depend on, pinned in one place.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/db.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace throughline {

/// An open database and its column families, in the order in which they were asked for.
struct Rocks {
    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> families;

    Rocks() = default;
    Rocks(Rocks&&) = default;
    Rocks& operator=(Rocks&&) = delete;
    ~Rocks();
};

struct RocksOptions {
    std::string path;
    std::vector<std::string> families;  ///< The first must be "default".
    bool create = false;                ///< Only `init` and rebuildable views create; never `serve` for a log.
    rocksdb::Env* env = nullptr;  ///< For fault injection; absent: the real file system. Must outlive the database.
    std::shared_ptr<rocksdb::EventListener> listener;  ///< Told of background errors.
};

/// Opens a database.
///   NOT_FOUND     there is none, or not all of its families, and `create` is false
///   UNAVAILABLE   another process has it open (reason STORE_LOCKED)
///   DATA_LOSS     corruption
[[nodiscard]] absl::StatusOr<Rocks> OpenRocks(const RocksOptions& options);

/// A RocksDB status as ours: Corruption is DATA_LOSS, no space RESOURCE_EXHAUSTED (DISK_FULL), other I/O UNAVAILABLE
/// (IO_ERROR). The text never holds keys or values.
[[nodiscard]] absl::Status FromRocks(const rocksdb::Status& status, std::string_view doing);

/// Write options of everything that is acknowledged: synced.
[[nodiscard]] rocksdb::WriteOptions Synced();

/// Flushes and compacts one family between two keys (empty: without bound), so that deleted bytes leave its files, and
/// drops write-ahead logs that hold them.
[[nodiscard]] absl::Status CompactAway(Rocks& rocks, rocksdb::ColumnFamilyHandle* family, std::string_view from,
                                       std::string_view to);

}  // namespace throughline
