// The column families of the log, by name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "eventstore/disk/rocks.h"
#include "eventstore/log/kept_iterators.h"
#include "eventstore/log/label.h"

namespace throughline {

/// The open database of a log. What each family holds is in docs/storage-format.md.
struct LogFamilies {
    /// Blocks, indexes and filters of all families but the frames, whose index stays in memory besides: some ten
    /// million records keep theirs within it.
    static constexpr std::size_t kBlockCacheBytes = std::size_t{128} << 20U;

    Rocks rocks;
    std::shared_ptr<KeptIterators> kept_postings = nullptr;  ///< Absent: none is kept. Goes before `rocks`.

    static constexpr char kFrames[] = "frames";

    [[nodiscard]] static std::vector<std::string> Names() {
        return {"default", kFrames, "postings", "commands", "tree"};
    }

    /// How a log's database is opened.
    [[nodiscard]] static RocksOptions Options(std::string path, rocksdb::Env* env) {
        RocksOptions options;
        options.path = std::move(path);
        options.families = Names();
        options.env = env;
        options.synced_log = true;
        options.spare_logs = true;
        // What is read by a key that is known to be there, or in order, needs no filter.
        for (const char* family : {"default", kFrames, "tree"}) options.shapes[family].point_lookups = false;
        // Asking the cache for each block of the log, mostly in vain, took a sixth of the time of reading it.
        options.shapes[kFrames].cached = false;
        options.shapes["postings"].prefix_bytes = sizeof(Label::bytes);
        options.block_cache_bytes = kBlockCacheBytes;
        return options;
    }

    [[nodiscard]] rocksdb::DB& db() const { return *rocks.db; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* meta() const { return rocks.families[0]; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* frames() const { return rocks.families[1]; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* postings() const { return rocks.families[2]; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* commands() const { return rocks.families[3]; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* tree() const { return rocks.families[4]; }

    /// Over the postings of one label at a time: the filters are asked first, and what stands behind the label is not
    /// to be looked at.
    [[nodiscard]] LentIterator IteratePostings() const {
        const std::uint64_t files = kept_postings ? kept_postings->files() : 0;
        std::unique_ptr<rocksdb::Iterator> rows = kept_postings ? kept_postings->Take() : nullptr;
        if (!rows) rows.reset(db().NewIterator({}, postings()));
        return {std::move(rows), kept_postings.get(), files};
    }

    /// Over the rows of a family in order. What is read on the way leaves what others read in the cache.
    [[nodiscard]] std::unique_ptr<rocksdb::Iterator> Iterate(rocksdb::ColumnFamilyHandle* family) const {
        rocksdb::ReadOptions options;
        options.fill_cache = false;
        options.total_order_seek = true;
        return std::unique_ptr<rocksdb::Iterator>(db().NewIterator(options, family));
    }
};

}  // namespace throughline
