// The checksum over a whole table file, which RocksDB keeps in its manifest beside the file's name.
#pragma once

#include <memory>

#include <rocksdb/file_checksum.h>

namespace throughline {

/// New files get XXH3 of 128 bits, under the name "XXH3-128", big-endian. Files that were written with RocksDB's own
/// CRC32C can still be checked.
[[nodiscard]] std::shared_ptr<rocksdb::FileChecksumGenFactory> FileChecksums();

}  // namespace throughline
