// Rows under ascending keys, as a log's are.
#include "tests/bench/raw_rocks.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "eventstore/disk/rocks.h"

namespace throughline {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::uint64_t kRowsABatch = 16;

std::string KeyOf(std::uint64_t row) {
    std::string key(8, '\0');
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<char>(row >> (56 - 8 * i));
    return key;
}

std::uint64_t RowOf(const rocksdb::Slice& key) {
    std::uint64_t row = 0;
    for (std::size_t i = 0; i < key.size(); ++i) row = row << 8U | static_cast<unsigned char>(key[i]);
    return row;
}

std::string RowBytes(std::size_t bytes) {
    std::mt19937 random(11);
    std::string row(bytes, '\0');
    for (char& c : row) c = static_cast<char>(random());
    return row;
}

absl::StatusOr<Rocks> Open(const std::string& folder) {
    RocksOptions options;
    options.path = folder;
    options.families = {"default"};
    options.create = true;
    return OpenRocks(options);
}

std::uint64_t RowsIn(rocksdb::DB& db) {
    const std::unique_ptr<rocksdb::Iterator> last(db.NewIterator(rocksdb::ReadOptions()));
    last->SeekToLast();
    return last->Valid() ? RowOf(last->key()) + 1 : 0;
}

absl::Status FillUp(rocksdb::DB& db, const RawScan& scan) {
    const std::string row = RowBytes(scan.bytes);
    for (std::uint64_t next = RowsIn(db); next < scan.rows;) {
        rocksdb::WriteBatch batch;
        for (std::uint64_t i = 0; i < kRowsABatch && next < scan.rows; ++i)
            batch.Put(KeyOf(next++), row).PermitUncheckedError();
        const rocksdb::Status status = db.Write(rocksdb::WriteOptions(), &batch);
        if (!status.ok()) return FromRocks(status, "filling");
    }
    return FromRocks(db.Flush(rocksdb::FlushOptions()), "flushing");
}

}  // namespace

absl::StatusOr<Latencies> PutRows(const RawPuts& puts) {
    const absl::StatusOr<Rocks> rocks = Open(puts.folder);
    if (!rocks.ok()) return rocks.status();
    const std::string row = RowBytes(puts.bytes);
    std::atomic<std::uint64_t> next = RowsIn(*rocks->db);
    const SteadyClock::time_point count_from = SteadyClock::now() + puts.warm_up;
    const SteadyClock::time_point end = count_from + puts.time;
    std::mutex mutex;
    rocksdb::Status failure;
    std::vector<std::vector<std::chrono::nanoseconds>> took(static_cast<std::size_t>(puts.threads));
    std::vector<std::thread> threads;
    threads.reserve(took.size());
    for (auto& mine : took) {
        threads.emplace_back([&] {
            for (SteadyClock::time_point began = SteadyClock::now(); began < end;) {
                const rocksdb::Status status = rocks->db->Put(Synced(), KeyOf(next++), row);
                const SteadyClock::time_point now = SteadyClock::now();
                if (!status.ok()) {
                    const std::lock_guard lock(mutex);
                    failure = status;
                    return;
                }
                if (now >= count_from && now <= end) mine.push_back(now - began);
                began = now;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    if (!failure.ok()) return FromRocks(failure, "putting a row");
    Latencies all;
    for (const auto& mine : took) {
        for (const std::chrono::nanoseconds one : mine) all.Add(one);
    }
    return all;
}

absl::StatusOr<std::chrono::nanoseconds> ScanRows(const RawScan& scan) {
    {
        const absl::StatusOr<Rocks> rocks = Open(scan.folder);
        if (!rocks.ok()) return rocks.status();
        if (const absl::Status filled = FillUp(*rocks->db, scan); !filled.ok()) return filled;
    }
    const absl::StatusOr<Rocks> rocks = Open(scan.folder);
    if (!rocks.ok()) return rocks.status();
    std::vector<std::chrono::nanoseconds> took;
    for (int pass = 0; pass < scan.passes; ++pass) {
        const SteadyClock::time_point began = SteadyClock::now();
        const std::unique_ptr<rocksdb::Iterator> rows(rocks->db->NewIterator(rocksdb::ReadOptions()));
        std::uint64_t bytes = 0;
        for (rows->SeekToFirst(); rows->Valid(); rows->Next()) bytes += rows->value().size();
        took.push_back(SteadyClock::now() - began);
        if (!rows->status().ok()) return FromRocks(rows->status(), "scanning");
        if (bytes < scan.rows * scan.bytes) {
            return absl::DataLossError(fmt::format("{} bytes were scanned, of {}", bytes, scan.rows * scan.bytes));
        }
    }
    std::sort(took.begin(), took.end());
    return took[took.size() / 2];
}

}  // namespace throughline
