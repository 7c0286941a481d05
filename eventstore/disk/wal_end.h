// Where a write-ahead log ends that was written over zeros: RocksDB takes a torn batch in front of zeros for damage.
#pragma once

#include <cstdint>

#include <rocksdb/file_system.h>

namespace throughline {

/// The end of a write-ahead log in RocksDB's format, found by its checksums alone.
struct WalEnd {
    /// What stands between the whole records and the end of the file.
    enum class Behind {
        kNothing,    ///< Zeros, or no bytes at all.
        kTornBatch,  ///< A batch that was never synced: parts of it are zeros or missing, and no batch follows.
        kDamage,     ///< Anything else. Synced batches may be there, and must not be dropped.
    };

    std::uint64_t bytes = 0;  ///< Every record before this is whole.
    Behind behind = Behind::kNothing;
};

/// Reads a write-ahead log from its beginning, all of it. Each batch must have been synced before the next was written,
/// as a log of Synced() writes is: then no more than one batch can be torn, and nothing stands behind it.
///
/// Torn means that a whole sector, or the end of a record, is zeros or beyond the end of the file; a power cut may
/// leave any sectors of what was not synced. So each single changed byte in a synced batch is damage; a whole sector of
/// the last batch turned to zeros cannot be told from a tear, and a witness of the length has to tell it.
[[nodiscard]] rocksdb::IOStatus FindWalEnd(rocksdb::FSSequentialFile& file, WalEnd* end);

}  // namespace throughline
