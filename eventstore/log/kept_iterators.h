// Iterators that were used, for the next one who needs one: to make one takes as long as to look one row up with it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <rocksdb/iterator.h>

namespace throughline {

/// Iterators of one family. Each holds on to the files and the rows in memory that were there when it was made. So all
/// that are kept are let go of whenever files come or go. Safe from many threads; goes before its database does.
class KeptIterators {
  public:
    /// Which files there are, as far as this knows.
    [[nodiscard]] std::uint64_t files() const;

    /// One that sees what is there now, and stands nowhere; nothing where none is kept.
    [[nodiscard]] std::unique_ptr<rocksdb::Iterator> Take();

    /// Keeps one, unless it failed, or the files are others than before it was taken or made: `files` says which these
    /// were; or there are limits::kKeptIteratorsMax.
    void Keep(std::unique_ptr<rocksdb::Iterator> rows, std::uint64_t files);

    /// Files came or went: lets go of all.
    void DropAll();

  private:
    mutable std::mutex mutex_;
    std::uint64_t files_ = 0;
    std::vector<std::unique_ptr<rocksdb::Iterator>> rows_;
};

/// An iterator that is kept when it is no longer needed, where there is somebody to keep it.
class LentIterator {
  public:
    LentIterator(std::unique_ptr<rocksdb::Iterator> rows, KeptIterators* keeper, std::uint64_t files)
        : rows_(std::move(rows)), keeper_(keeper), files_(files) {}
    LentIterator(LentIterator&&) = default;
    LentIterator& operator=(LentIterator&&) = delete;
    ~LentIterator() {
        if (rows_ && keeper_ != nullptr) keeper_->Keep(std::move(rows_), files_);
    }

    [[nodiscard]] rocksdb::Iterator* operator->() const { return rows_.get(); }
    [[nodiscard]] rocksdb::Iterator& operator*() const { return *rows_; }

  private:
    std::unique_ptr<rocksdb::Iterator> rows_;
    KeptIterators* const keeper_;
    const std::uint64_t files_;
};

}  // namespace throughline
