// A file system that fails on purpose: for tests of what a crash, a full disk or a broken one leaves behind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include <rocksdb/file_system.h>

namespace throughline {

/// What goes wrong at the chosen operation.
enum class Fault {
    kIoError,  ///< This one operation fails with EIO, after half of what it was to write.
    kNoSpace,  ///< This operation, and each that needs room after it, fails with ENOSPC until Heal().
    kKill,     ///< As if the process died: half is written, and nothing reaches the disk any more until Heal().
};

/// The real file system beneath, with faults at a counted operation, and with a memory of what was never synced.
///
/// Operations are what changes the disk: creating, writing, syncing, truncating, renaming, linking and deleting files,
/// and syncing folders. Safe from many threads; with background threads the counting is not the same in each run, so
/// count up until a run completes without a fault. To use it: rocksdb::NewCompositeEnv(fault_file_system).
class FaultFileSystem final : public rocksdb::FileSystemWrapper {
  public:
    explicit FaultFileSystem(std::shared_ptr<rocksdb::FileSystem> base);
    ~FaultFileSystem() override;

    [[nodiscard]] const char* Name() const override { return "FaultFileSystem"; }

    /// Lets the `nth` operation from now (the first is 1) go wrong.
    void FailAt(std::uint64_t nth, Fault fault);

    /// Lets everything go well again.
    void Heal();

    /// Whether the fault that was asked for last has happened.
    [[nodiscard]] bool fired() const;

    /// How many operations there were.
    [[nodiscard]] std::uint64_t operations() const;

    /// As a power cut: takes every file back to what was last synced, and files that never were away. Call it when
    /// nothing has a file open any more. Folders are taken as synced with the file.
    [[nodiscard]] rocksdb::IOStatus DropUnsynced();

    /// As a power cut that is less tidy: of what was written in place and not synced, each sector (512 bytes) is there
    /// or not, as chance has it. Files that only grow are as after DropUnsynced().
    [[nodiscard]] rocksdb::IOStatus TearUnsynced(std::mt19937& random);

    rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* context) override;
    rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                         std::unique_ptr<rocksdb::FSWritableFile>* file,
                                         rocksdb::IODebugContext* context) override;
    rocksdb::IOStatus NewRandomRWFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                                      rocksdb::IODebugContext* context) override;
    rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                   std::unique_ptr<rocksdb::FSDirectory>* folder,
                                   rocksdb::IODebugContext* context) override;
    rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* context) override;
    rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* context) override;

    /// None while the disk is full.
    rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options,
                                   std::uint64_t* free_bytes, rocksdb::IODebugContext* context) override;

    /// What an operation is to do: go on, or fail with `status` after half of its bytes where `half`.
    struct Verdict {
        rocksdb::IOStatus status;
        bool half = false;
    };

    /// Counts an operation and says how it goes. For the files that this makes.
    [[nodiscard]] Verdict Operation(bool needs_room);

    /// What the files that this makes tell of themselves.
    void NoteSynced(const std::string& name, std::uint64_t bytes);
    void NoteWrite(const std::string& name, std::uint64_t offset, std::string bytes);
    [[nodiscard]] std::size_t UnsyncedWrites(const std::string& name) const;
    void NoteWritesSynced(const std::string& name, std::size_t writes);

  private:
    struct Write {
        std::uint64_t offset = 0;
        std::string bytes;
    };

    /// What a power cut leaves of a file: so many of its bytes, or this content where it is written in place.
    struct Synced {
        std::uint64_t bytes = 0;
        bool in_place = false;
        std::string content;
        std::vector<Write> unsynced;  // In place, in the order in which they were written.
    };

    /// From here on the file is written in place.
    [[nodiscard]] rocksdb::IOStatus NoteInPlace(const std::string& name, rocksdb::FSRandomRWFile& file);
    static void TearWrites(Synced& file, std::mt19937& random);

    mutable std::mutex mutex_;
    std::uint64_t operations_ = 0;
    std::uint64_t fail_at_ = 0;  // 0: never.
    Fault fault_ = Fault::kIoError;
    bool fired_ = false;
    std::map<std::string, Synced> files_;
};

}  // namespace throughline
