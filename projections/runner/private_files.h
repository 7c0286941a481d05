// A file system whose files only their owner may read: rows hold children's data in plain text.
#pragma once

#include <memory>

#include <rocksdb/env.h>

namespace throughline {

/// The real file system, with mode 0600 on every file that RocksDB makes through it.
[[nodiscard]] std::unique_ptr<rocksdb::Env> PrivateFiles();

}  // namespace throughline
