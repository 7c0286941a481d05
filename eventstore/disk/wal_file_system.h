// The file system of databases whose every write is synced: it makes those syncs cheap, and reads what they leave.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <rocksdb/file_system.h>

#include "eventstore/disk/spare_logs.h"

namespace throughline {

/// Gives RocksDB's write-ahead logs space that was zeroed ahead (ZeroedAheadFile), and everything else as it is.
///
/// A log that a crash left ends in zeros, and perhaps in a torn batch before them. It is read up to the end of its
/// whole batches; one that is damaged in front of whole batches is refused as Corruption, where RocksDB alone would
/// skip the rest of a zeroed block. So a database that was once opened with this is always opened with this. Each write
/// must be synced; see FindWalEnd(). Safe from many threads.
class WalFileSystem final : public rocksdb::FileSystemWrapper {
  public:
    explicit WalFileSystem(std::shared_ptr<rocksdb::FileSystem> base, bool spare_logs = false);

    [[nodiscard]] const char* Name() const override { return "WalFileSystem"; }

    rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                        rocksdb::IODebugContext* context) override;
    rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* context) override;

    /// Of a log that was written through this: keeps it as a spare one, whose bytes are gone too. RocksDB calls this
    /// where no append waits for it. A log that was there before is deleted, since whoever opens the database waits.
    rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* context) override;

    /// Whoever has the folder's lock has its spare logs too: what is there before or after goes.
    rocksdb::IOStatus LockFile(const std::string& name, const rocksdb::IOOptions& options, rocksdb::FileLock** lock,
                               rocksdb::IODebugContext* context) override;
    rocksdb::IOStatus UnlockFile(rocksdb::FileLock* lock, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* context) override;

    /// Of a log that is being written through this: what was appended, without the zeros.
    rocksdb::IOStatus GetFileSize(const std::string& name, const rocksdb::IOOptions& options, std::uint64_t* bytes,
                                  rocksdb::IODebugContext* context) override;

  private:
    using Bytes = std::shared_ptr<std::atomic<std::uint64_t>>;

    /// Null where the file is not being written through this.
    [[nodiscard]] Bytes BytesOf(const std::string& name);
    void NoteBytesOf(const std::string& name, const Bytes& bytes);
    /// A log under the name `name`, over the zeros of a spare one or empty; how many zeros it has.
    rocksdb::IOStatus Begin(const std::string& name, const rocksdb::FileOptions& options,
                            std::unique_ptr<rocksdb::FSWritableFile>* file, std::uint64_t* zeros,
                            rocksdb::IODebugContext* context);
    rocksdb::IOStatus FindEnd(const std::string& name, const rocksdb::FileOptions& options, std::uint64_t* end,
                              rocksdb::IODebugContext* context);

    std::mutex mutex_;
    std::map<std::string, std::weak_ptr<std::atomic<std::uint64_t>>> written_;
    std::map<rocksdb::FileLock*, std::string> locked_;  // Folders.
    std::optional<SpareLogs> spares_;
};

/// Whether a file is one of RocksDB's write-ahead logs by its name: digits and ".log".
[[nodiscard]] bool IsWalName(std::string_view path);

}  // namespace throughline
