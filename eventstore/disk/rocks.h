// How every RocksDB of ours is opened: the options that promises depend on, pinned in one place.
#pragma once

#include <cstddef>
#include <map>
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
    std::unique_ptr<rocksdb::Env> env;  ///< Outlives `db`; absent where the database uses one of the process.
    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> families;

    Rocks() = default;
    Rocks(Rocks&&) = default;
    Rocks& operator=(Rocks&&) = delete;
    ~Rocks();
};

/// How the rows of a family are asked for, which decides what is kept in memory about them.
struct FamilyShape {
    /// Where not 0: reads stay among the keys that begin with the same so many bytes, and ask in vain often enough for
    /// a filter over those beginnings. A shorter key is a beginning of its own. A read that begins at one such
    /// beginning and may end at another must set ReadOptions::total_order_seek, or it misses rows.
    std::size_t prefix_bytes = 0;

    /// Rows are asked for one by one, by the whole key, often in vain. False: they are only read in order, and no
    /// filter is kept for them. Says nothing where there is a prefix.
    bool point_lookups = true;

    /// Blocks of rows are kept in the cache, and share it with their indexes. False: no block is, since the same rows
    /// are rarely read twice, and the whole index stays in memory, some 20 bytes for 4 KiB of rows.
    bool cached = true;
};

struct RocksOptions {
    std::string path;
    std::vector<std::string> families;  ///< The first must be "default".
    bool create = false;                ///< Only `init` and rebuildable views create; never `serve` for a log.
    rocksdb::Env* env = nullptr;  ///< For fault injection; absent: the real file system. Must outlive the database.
    std::vector<std::shared_ptr<rocksdb::EventListener>> listeners;  ///< Told of errors and files in the background.

    /// Every write is Synced(): its write-ahead log is written over zeros, which makes the sync cheaper, and is checked
    /// for that when it is read. Once so, always so, also where the database is only read (WalFileSystem).
    bool synced_log = false;

    /// With synced_log: logs that are no longer needed are zeroed, and written over by later ones (SpareLogs). What
    /// they held may stay in the folder for a while where the disk makes trouble: not for what must be gone.
    bool spare_logs = false;

    std::map<std::string, FamilyShape> shapes = {};  ///< By family; of those that are not here: FamilyShape().

    /// One cache for all families that are cached: blocks, indexes and filters. What is read beyond it is read again.
    std::size_t block_cache_bytes = 32 << 20;

    /// Rows of a family that are kept in memory before they become a file; less on a small disk. All families together
    /// hold twice that at most before the oldest rows are written out.
    std::size_t write_buffer_bytes = 16 << 20;

    /// Takes no lock and writes no file, so that it may be open elsewhere too. What others write meanwhile is not seen,
    /// or seen in part: see OpenRocksReadOnly().
    bool read_only = false;
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
