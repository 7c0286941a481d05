// Tells whoever holds on to files of a database when it is time to let go of them.
#pragma once

#include <functional>
#include <memory>

#include <rocksdb/listener.h>

namespace throughline {

/// Calls `changed` from RocksDB's threads whenever rows went from memory into a file, or from files into others.
[[nodiscard]] std::shared_ptr<rocksdb::EventListener> OnFileChanges(std::function<void()> changed);

}  // namespace throughline
