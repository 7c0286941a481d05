// RocksDB 7.8 with the options that our promises depend on.
#include "eventstore/disk/rocks.h"

#include <algorithm>
#include <cstdarg>
#include <cstdint>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/file_checksum.h"
#include "eventstore/disk/wal_file_system.h"

namespace throughline {
namespace {

// The default recovery mode silently drops acknowledged, synced writes after a damaged byte; this one tolerates only a
// torn tail, which was never acknowledged. See docs/decisions/0003-rocksdb-options.md.
constexpr auto kRecovery = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;

// What is only in the write-ahead log must still fit on the disk as a table when the disk is nearly full, and RocksDB
// goes on after a full disk only once a whole write buffer has room: so small disks get small ones, and nothing is
// reserved ahead.
std::size_t WriteBufferBytes(const RocksOptions& options) {
    constexpr std::uintmax_t kSmallest = 64 << 10;
    constexpr std::uintmax_t kPerDisk = 64;
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(options.path, error);
    if (error) return options.write_buffer_bytes;
    return std::clamp<std::uintmax_t>(space.capacity / kPerDisk, kSmallest,
                                      std::max<std::uintmax_t>(kSmallest, options.write_buffer_bytes));
}

rocksdb::BlockBasedTableOptions TableOptions(const RocksOptions& options) {
    // Four shards, as many as two cores can want: a shard must hold the largest filter, which is some megabytes where
    // rows are small; one that it cannot hold is read anew by each lookup. Filters in partitions would be small, but
    // RocksDB 7.8 then misses rows when it seeks backwards by a beginning (its pull request 12872).
    constexpr int kShardBits = 2;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes, kShardBits);
    // Indexes and filters grow with the rows, some 10 bytes each, so they share the cache's limit instead of staying
    // for ever; before blocks of rows, since without them a lookup reads a whole index. Those of level 0 stay: they are
    // few, and every lookup asks them all.
    table.cache_index_and_filter_blocks = true;
    table.cache_index_and_filter_blocks_with_high_priority = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    return table;
}

// Compaction: what needs no merging moves down by name, since nothing is compressed; that is how families in the order
// of time stay cheap.
rocksdb::ColumnFamilyOptions FamilyOptions(const rocksdb::Options& pinned, rocksdb::BlockBasedTableOptions table,
                                           const FamilyShape& shape) {
    rocksdb::ColumnFamilyOptions family(pinned);
    if (shape.prefix_bytes > 0 || shape.point_lookups) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    if (shape.prefix_bytes == 0 && shape.point_lookups) {
        // What is looked up is mostly new.
        family.memtable_prefix_bloom_size_ratio = 0.05;
        family.memtable_whole_key_filtering = true;
    }
    if (shape.prefix_bytes > 0) {
        // Capped, not fixed: a fixed one aborts where an iterator meets a shorter key.
        family.prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(shape.prefix_bytes));
        table.whole_key_filtering = false;
        // The newest rows are asked most, and in vain as often.
        family.memtable_prefix_bloom_size_ratio = 0.1;
        // Such keys come in no order: merging runs of like size writes each row some few times, levels a dozen times.
        family.compaction_style = rocksdb::kCompactionStyleUniversal;
    }
    if (!shape.cached) {
        table.block_cache.reset();
        table.no_block_cache = true;
        table.cache_index_and_filter_blocks = false;
        table.pin_l0_filter_and_index_blocks_in_cache = false;
    }
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return family;
}

/// RocksDB keeps a diary in the folder unless it is given another one.
class NoDiary final : public rocksdb::Logger {
  public:
    using rocksdb::Logger::Logv;
    void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

std::unique_ptr<rocksdb::Env> MakeSyncedLogEnv(const std::shared_ptr<rocksdb::FileSystem>& files, bool spare_logs) {
    return rocksdb::NewCompositeEnv(std::make_shared<WalFileSystem>(files, spare_logs));
}

// One of each for the process: databases that are opened one after the other find the same threads and files.
rocksdb::Env* SyncedLogEnv(bool spare_logs) {
    static rocksdb::Env* const plain = MakeSyncedLogEnv(rocksdb::FileSystem::Default(), false).release();
    static rocksdb::Env* const with_spare_logs = MakeSyncedLogEnv(rocksdb::FileSystem::Default(), true).release();
    return spare_logs ? with_spare_logs : plain;
}

rocksdb::Options PinnedOptions(const RocksOptions& options) {
    rocksdb::Options pinned;
    pinned.create_if_missing = options.create;
    pinned.create_missing_column_families = options.create;
    pinned.error_if_exists = false;
    pinned.wal_recovery_mode = kRecovery;
    pinned.paranoid_checks = true;
    // After a start all rows are in tables: whoever compares tables with one another relies on it.
    pinned.avoid_flush_during_recovery = false;
    pinned.force_consistency_checks = true;
    // Reads every new file again at once, from memory and through the block cache: a seventh of the processor's time,
    // and half the memory, of a store under load. What rots later shows by the checksums of blocks and files, by the
    // hashes in the headers, and by the tree.
    pinned.paranoid_file_checks = false;
    pinned.verify_sst_unique_id_in_manifest = true;
    pinned.flush_verify_memtable_count = true;
    pinned.file_checksum_gen_factory = FileChecksums();
    pinned.allow_data_in_errors = false;
    pinned.compression = rocksdb::kNoCompression;
    pinned.bottommost_compression = rocksdb::kNoCompression;
    pinned.recycle_log_file_num = 0;
    // RocksDB's own diary, which must not fill a small disk.
    pinned.keep_log_file_num = 3;
    pinned.max_log_file_size = 256 << 10;
    pinned.stats_dump_period_sec = 0;
    pinned.stats_persist_period_sec = 0;
    pinned.allow_fallocate = false;
    pinned.manifest_preallocation_size = 64 << 10;
    pinned.write_buffer_size = WriteBufferBytes(options);
    // What a start replays, and with it what all write buffers hold together.
    pinned.max_total_wal_size = 2 * pinned.write_buffer_size;
    // One thread flushes and one compacts: there are two cores, and those who append need one.
    pinned.max_background_jobs = 2;
    // A table begins to go to the disk while it is written, so that no commit waits behind the whole of it.
    pinned.bytes_per_sync = 512 << 10;
    if (options.read_only) pinned.info_log = std::make_shared<NoDiary>();
    pinned.listeners = options.listeners;
    return pinned;
}

}  // namespace

Rocks::~Rocks() {
    if (!db) return;
    for (rocksdb::ColumnFamilyHandle* family : families) db->DestroyColumnFamilyHandle(family).PermitUncheckedError();
}

absl::StatusOr<Rocks> OpenRocks(const RocksOptions& options) {
    std::error_code error;
    if (!options.create && !std::filesystem::exists(options.path + "/CURRENT", error) && options.env == nullptr) {
        return absl::NotFoundError(fmt::format("there is no database in {}", options.path));
    }
    if (options.create) std::filesystem::create_directories(options.path, error);
    Rocks rocks;
    rocksdb::Options pinned = PinnedOptions(options);
    if (options.env != nullptr) pinned.env = options.env;
    if (options.synced_log && options.env == nullptr) pinned.env = SyncedLogEnv(options.spare_logs);
    if (options.synced_log && options.env != nullptr) {
        rocks.env = MakeSyncedLogEnv(options.env->GetFileSystem(), options.spare_logs);
        pinned.env = rocks.env.get();
    }
    const rocksdb::BlockBasedTableOptions table = TableOptions(options);
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (const std::string& family : options.families) {
        const auto shape = options.shapes.find(family);
        descriptors.emplace_back(
            family, FamilyOptions(pinned, table, shape == options.shapes.end() ? FamilyShape() : shape->second));
    }
    rocksdb::DB* db = nullptr;
    const rocksdb::DBOptions whole(pinned);
    const rocksdb::Status status =
        options.read_only ? rocksdb::DB::OpenForReadOnly(whole, options.path, descriptors, &rocks.families, &db)
                          : rocksdb::DB::Open(whole, options.path, descriptors, &rocks.families, &db);
    if (!status.ok()) {
        // RocksDB has no code of its own for this; these are its words for this process and for another one.
        const std::string text = status.ToString();
        if (status.IsIOError() &&
            (text.find("lock hold by") != std::string::npos || text.find("While lock file") != std::string::npos)) {
            return WithReason(
                absl::UnavailableError(
                    fmt::format("another process has the store {} open; stop it, or use another store", options.path)),
                "STORE_LOCKED");
        }
        if (status.IsInvalidArgument() && text.find("Column family not found") != std::string::npos) {
            return absl::NotFoundError(fmt::format("the database in {} was begun but not finished", options.path));
        }
        return FromRocks(status, fmt::format("opening {}", options.path));
    }
    rocks.db.reset(db);
    return rocks;
}

absl::Status FromRocks(const rocksdb::Status& status, std::string_view doing) {
    if (status.ok()) return absl::OkStatus();
    const std::string text = fmt::format("{}: {}", doing, status.ToString());
    if (status.IsNotFound()) return absl::NotFoundError(text);
    if (status.IsCorruption()) {
        return WithReason(absl::DataLossError(text + "; keep the folder as it is, and restore a backup elsewhere"),
                          "CORRUPTION");
    }
    // Files of a database go only by its own hand: one that is not there was lost.
    if (status.IsPathNotFound()) {
        return WithReason(absl::DataLossError(text + "; a file was removed: bring it back, or restore a backup"),
                          "FILE_MISSING");
    }
    if (status.IsNoSpace()) return WithReason(absl::ResourceExhaustedError(text), "DISK_FULL");
    return WithReason(absl::UnavailableError(text), "IO_ERROR");
}

rocksdb::WriteOptions Synced() {
    rocksdb::WriteOptions options;
    options.sync = true;
    return options;
}

absl::Status CompactAway(Rocks& rocks, rocksdb::ColumnFamilyHandle* family, std::string_view from,
                         std::string_view to) {
    // All families are flushed, since a write-ahead log goes only when none of them needs it any more.
    rocksdb::Status status = rocks.db->Flush(rocksdb::FlushOptions{}, rocks.families);
    if (!status.ok()) return FromRocks(status, "flushing");
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    options.exclusive_manual_compaction = false;
    const rocksdb::Slice begin(from.data(), from.size());
    const rocksdb::Slice end(to.data(), to.size());
    status = rocks.db->CompactRange(options, family, from.empty() ? nullptr : &begin, to.empty() ? nullptr : &end);
    return FromRocks(status, "compacting");
}

}  // namespace throughline
