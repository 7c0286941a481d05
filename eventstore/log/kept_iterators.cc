// What is let go of, or made to see anew, is so outside the lock: that may take RocksDB a while.
#include "eventstore/log/kept_iterators.h"

#include <utility>

#include "eventstore/base/limits.h"

namespace throughline {

std::uint64_t KeptIterators::files() const {
    const std::lock_guard lock(mutex_);
    return files_;
}

std::unique_ptr<rocksdb::Iterator> KeptIterators::Take() {
    std::unique_ptr<rocksdb::Iterator> rows;
    {
        const std::lock_guard lock(mutex_);
        if (rows_.empty()) return nullptr;
        rows = std::move(rows_.back());
        rows_.pop_back();
    }
    if (!rows->Refresh().ok()) return nullptr;
    return rows;
}

void KeptIterators::Keep(std::unique_ptr<rocksdb::Iterator> rows, std::uint64_t files) {
    if (!rows->status().ok()) return;
    const std::lock_guard lock(mutex_);
    if (files == files_ && rows_.size() < limits::kKeptIteratorsMax) rows_.push_back(std::exchange(rows, nullptr));
}

void KeptIterators::DropAll() {
    std::vector<std::unique_ptr<rocksdb::Iterator>> dropped;
    const std::lock_guard lock(mutex_);
    ++files_;
    dropped.swap(rows_);
}

}  // namespace throughline
