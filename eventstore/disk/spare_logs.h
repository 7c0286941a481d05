// Write-ahead logs that are no longer needed, zeroed for those to come: their blocks and pages are there already.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <rocksdb/file_system.h>

namespace throughline {

/// A few a folder, under names that RocksDB passes over. Safe from many threads. `files` must outlive it.
class SpareLogs {
  public:
    explicit SpareLogs(rocksdb::FileSystem& files) : files_(files) {}

    /// Makes a log that nobody needs any more into zeros that are durable. Its name goes first, and durably. False
    /// where it is still there under its name: it is too small, there are enough, the disk has little room, it has
    /// another name too, somebody reads the database (FolderLock), or it could not be renamed.
    [[nodiscard]] bool Keep(const std::string& log);

    /// Gives one of its folder the name `log`; how many zeros it has. 0 where there is none, and no such file.
    [[nodiscard]] std::uint64_t TakeAs(const std::string& log);

    /// Deletes all of the folder, those too that a process left which crashed. Whoever calls this has the folder's
    /// lock.
    void Clear(const std::string& folder);

  private:
    struct Spare {
        std::string path;
        std::uint64_t bytes = 0;
        bool ready = false;
    };

    [[nodiscard]] bool RenameUnread(const std::string& log, const std::string& spare, const std::string& folder);
    [[nodiscard]] bool Announce(const std::string& folder, const Spare& spare);
    void Settle(const std::string& folder, const Spare& spare, bool ready);

    rocksdb::FileSystem& files_;
    std::mutex mutex_;
    std::map<std::string, std::vector<Spare>> spares_;  // By folder.
};

}  // namespace throughline
