// The key store on disk: a RocksDB of its own, beside the log, so that a backup of the log never holds a key.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "eventstore/disk/rocks.h"
#include "eventstore/vault/key_store.h"
#include "eventstore/vault/write_witness.h"

namespace throughline {

/// Rows in one RocksDB, with a witness beside it. Every write is synced. Safe from many threads; one process at a time.
///
/// Crash-only, as the log is: after an I/O error or corruption only a restart helps, and `fatal` says so. A full disk
/// is no such error.
class RocksKeyStore final : public KeyStore {
  public:
    /// Called once, from the thread that met the error, when the store can no longer be trusted: the process must exit,
    /// with 7 for DATA_LOSS and 74 for anything else. Must not destroy the store.
    using Fatal = std::function<void(const absl::Status& why)>;

    /// Makes an empty key store in the folder `path`. Once, by `init`.
    ///   ALREADY_EXISTS   there is one
    /// `env` is for fault injection; absent: the real file system. It must outlive the store.
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<RocksKeyStore>> Init(const std::string& path,
                                                                             rocksdb::Env* env = nullptr);

    /// Opens the key store in the folder `path`; never makes one.
    ///   NOT_FOUND     there is none (reason KEY_STORE_MISSING)
    ///   UNAVAILABLE   another process has it open (reason STORE_LOCKED)
    ///   DATA_LOSS     corruption; or it ends before its witness (KEY_STORE_SHORT), or the witness is missing or
    ///   damaged
    ///                 (KEY_STORE_WITNESS)
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<RocksKeyStore>> Open(const std::string& path,
                                                                             rocksdb::Env* env = nullptr,
                                                                             Fatal fatal = {});

    [[nodiscard]] absl::StatusOr<std::optional<std::string>> Get(std::string_view key) override;
    [[nodiscard]] absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Scan(
        std::string_view prefix) override;
    [[nodiscard]] absl::Status Write(const std::vector<Change>& changes) override;

    /// Flushes, compacts, closes and opens again: write-ahead logs and manifests keep deleted keys until then.
    /// Everything else waits meanwhile. Where opening again fails, every later call is UNAVAILABLE until a restart.
    [[nodiscard]] absl::Status Purge() override;

  private:
    RocksKeyStore(std::string path, rocksdb::Env* env, Fatal fatal);
    [[nodiscard]] absl::Status OpenRocksDb(bool create);
    [[nodiscard]] std::shared_lock<std::shared_mutex> Use();
    [[nodiscard]] absl::Status CompactAndReopen();
    [[nodiscard]] absl::Status CheckAgainstWitness();
    [[nodiscard]] rocksdb::FileSystem& Files() const;
    [[nodiscard]] absl::Status Judged(absl::Status status);

    const std::string path_;
    rocksdb::Env* const env_;
    const Fatal fatal_;
    std::atomic<bool> failed_{false};
    // Taken before mutex_, so that a stream of readers cannot keep Purge() waiting.
    std::mutex gate_;
    std::shared_mutex mutex_;
    std::optional<Rocks> rocks_;
    std::mutex writing_;  // Keeps database and witness in step. Taken after `mutex_`.
    std::unique_ptr<WriteWitness> witness_;
    std::uint64_t writes_ = 0;
};

}  // namespace throughline
