// Write-ahead logs that are no longer needed, zeroed for those to come: their blocks and pages are there already.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <rocksdb/file_system.h>

namespace throughline {

/// A few a folder, under names that RocksDB passes over. Safe from many threads. `files` must outlive it.
class SpareLogs {
  public:
    explicit SpareLogs(rocksdb::FileSystem& files) : files_(files) {}

    /// Notes that a log is begun, and gives a spare one of its folder its name; how many zeros it has. 0 where there is
    /// none, and no such file.
    [[nodiscard]] std::uint64_t Begin(const std::string& log);

    /// Makes a log that was begun here, and that nobody needs any more, into zeros that are durable. Its name goes
    /// first, and durably. False where it is still there under its name: it was begun by another process (whoever opens
    /// the database waits), it is too small, there are enough, the disk has little room, it has another name too,
    /// somebody reads the database (FolderLock), or it could not be renamed.
    [[nodiscard]] bool Keep(const std::string& log);

    /// Forgets the folder and deletes all of it, those too that a process left which crashed. Whoever calls this has
    /// the folder's lock.
    void Clear(const std::string& folder);

  private:
    struct Spare {
        std::string path;
        std::uint64_t bytes = 0;
        bool ready = false;
    };

    struct Folder {
        std::set<std::string> begun;
        std::vector<Spare> spares;
    };

    [[nodiscard]] bool TakeBegun(const std::string& folder, const std::string& log);
    [[nodiscard]] bool Announce(const std::string& folder, const Spare& spare);
    [[nodiscard]] bool RenameUnread(const std::string& log, const std::string& spare, const std::string& folder);
    void Settle(const std::string& folder, const Spare& spare, bool ready);

    rocksdb::FileSystem& files_;
    std::mutex mutex_;
    std::map<std::string, Folder> folders_;
};

}  // namespace throughline
