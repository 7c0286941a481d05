// Rows in a RocksDB of the view's own: private to the service, and derived, so that it may be thrown away and built
// again.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>

#include <rocksdb/write_batch.h>

#include "eventstore/disk/rocks.h"
#include "projections/runner/row_store.h"

namespace throughline {

/// Keeps rows in a folder.
///
/// Family "rows": set ('a' or 'b'), group, a zero byte, key -> value. Family "default": which set is served, the mark
/// and the parked groups of each, and whether a purge is owed. Commits are not synced: the log has everything, so what
/// a power cut takes is folded again from the mark that is left, and syncing each batch would make views the slowest
/// part of the machine for nothing.
class RocksRows final : public RowStore {
  public:
    /// Opens the rows in `folder` (mode 0700, files 0600), made where there are none. A database that is damaged is
    /// thrown away and begun anew.
    ///   UNAVAILABLE   another process has it open (STORE_LOCKED), or the disk refuses
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<RocksRows>> Open(const std::string& folder);

    [[nodiscard]] absl::StatusOr<Mark> MarkOf(RowSet set) override;
    [[nodiscard]] absl::StatusOr<std::optional<std::string>> Get(RowSet set, std::string_view group,
                                                                 std::string_view key) override;
    [[nodiscard]] absl::StatusOr<std::vector<Row>> Scan(RowSet set, std::string_view group,
                                                        const std::optional<std::string>& after,
                                                        std::size_t limit) override;
    [[nodiscard]] absl::Status Visit(RowSet set, const Visitor& visitor) override;
    [[nodiscard]] absl::StatusOr<std::map<std::string, std::string>> Parked(RowSet set) override;
    [[nodiscard]] absl::Status Commit(RowSet set, const RowChanges& changes) override;
    [[nodiscard]] absl::Status ClearBeside() override;
    [[nodiscard]] absl::Status Swap(std::string_view bookmark) override;
    [[nodiscard]] absl::Status Purge() override;

  private:
    RocksRows(std::unique_ptr<rocksdb::Env> env, Rocks rocks);
    [[nodiscard]] absl::Status Load();
    [[nodiscard]] char LetterOf(RowSet set) const;
    [[nodiscard]] absl::Status WriteOwing(rocksdb::WriteBatch& batch, std::string_view doing);
    [[nodiscard]] rocksdb::ColumnFamilyHandle* meta() const { return rocks_.families[0]; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* rows() const { return rocks_.families[1]; }

    std::unique_ptr<rocksdb::Env> env_;  // Outlives the database.
    Rocks rocks_;
    // Shared by who looks at rows until their iterator stands, alone for who swaps: a reader never sees half a set.
    mutable std::shared_mutex swap_;
    char served_ = 'a';
    std::mutex purge_;
    std::atomic<std::uint64_t> purges_asked_ = 0;
    std::atomic<std::uint64_t> purges_done_ = 0;
};

}  // namespace throughline
