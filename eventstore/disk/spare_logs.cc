// What a log held is overwritten only once its name is gone for good: a crash leaves a log whole, or none.
#include "eventstore/disk/spare_logs.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "eventstore/disk/folder_lock.h"

namespace throughline {
namespace {

using rocksdb::FileOptions;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr std::string_view kEnding = ".zeros";

// With those that are in use no more than max_total_wal_size twice, so that a store that is open stays small.
constexpr std::size_t kSpareLogsMax = 2;
// Smaller ones win nothing, and larger ones are no rule.
constexpr std::uint64_t kSpareBytesMin = 256 << 10;
constexpr std::uint64_t kSpareBytesMax = 64 << 20;
// A disk that is nearly full has better uses for its room.
constexpr std::uint64_t kFreeSpaceForOneSpare = 64;
constexpr std::size_t kPieceBytes = 256 << 10;

std::string FolderOf(const std::string& path) {
    return path.substr(0, path.find_last_of('/') + 1);
}

// A log with a second name belongs to somebody's copy of the folder too.
bool HasOneName(rocksdb::FileSystem& files, const std::string& log) {
    std::uint64_t names = 0;
    return files.NumFileLinks(log, IOOptions(), &names, nullptr).ok() && names == 1;
}

bool IsWorthKeeping(rocksdb::FileSystem& files, const std::string& folder, std::uint64_t bytes) {
    if (bytes < kSpareBytesMin || bytes > kSpareBytesMax) return false;
    std::uint64_t free_bytes = 0;
    return files.GetFreeSpace(folder, IOOptions(), &free_bytes, nullptr).ok() &&
           free_bytes / kFreeSpaceForOneSpare >= bytes;
}

IOStatus SyncFolder(rocksdb::FileSystem& files, const std::string& folder) {
    std::unique_ptr<rocksdb::FSDirectory> opened;
    IOStatus status = files.NewDirectory(folder, IOOptions(), &opened, nullptr);
    if (status.ok()) status = opened->FsyncWithDirOptions(IOOptions(), nullptr, rocksdb::DirFsyncOptions());
    return status;
}

IOStatus ZeroOver(rocksdb::FileSystem& files, const std::string& path, std::uint64_t bytes) {
    std::unique_ptr<rocksdb::FSRandomRWFile> file;
    IOStatus status = files.NewRandomRWFile(path, FileOptions(), &file, nullptr);
    const std::string piece(kPieceBytes, '\0');
    for (std::uint64_t zeroed = 0; status.ok() && zeroed < bytes; zeroed += piece.size()) {
        const Slice zeros(piece.data(), std::min<std::uint64_t>(piece.size(), bytes - zeroed));
        status = file->Write(zeroed, zeros, IOOptions(), nullptr);
        // Piece by piece, so that no commit waits behind all of them.
        if (status.ok()) status = file->Sync(IOOptions(), nullptr);
    }
    if (status.ok()) status = file->Close(IOOptions(), nullptr);
    return status;
}

}  // namespace

bool SpareLogs::Keep(const std::string& log) {
    const std::string folder = FolderOf(log);
    if (!TakeBegun(folder, log)) return false;
    Spare spare{log.substr(0, log.find_last_of('.')) + std::string(kEnding)};
    if (!files_.GetFileSize(log, IOOptions(), &spare.bytes, nullptr).ok()) return false;
    if (!HasOneName(files_, log) || !IsWorthKeeping(files_, folder, spare.bytes)) return false;
    if (!Announce(folder, spare)) return false;
    const bool renamed = RenameUnread(log, spare.path, folder);
    // Asked again, since somebody may have copied the folder in between.
    const bool ready = renamed && SyncFolder(files_, folder).ok() && HasOneName(files_, spare.path) &&
                       ZeroOver(files_, spare.path, spare.bytes).ok();
    if (renamed && !ready) files_.DeleteFile(spare.path, IOOptions(), nullptr).PermitUncheckedError();
    Settle(folder, spare, ready);
    return renamed;
}

// Whether it was begun here; of two who delete the same log, one is told so.
bool SpareLogs::TakeBegun(const std::string& folder, const std::string& log) {
    const std::lock_guard lock(mutex_);
    return folders_[folder].begun.erase(log) != 0;
}

bool SpareLogs::Announce(const std::string& folder, const Spare& spare) {
    const std::lock_guard lock(mutex_);
    std::vector<Spare>& spares = folders_[folder].spares;
    if (spares.size() >= kSpareLogsMax) return false;
    spares.push_back(spare);
    return true;
}

// Who begins to read the database later does not find it by its new name.
bool SpareLogs::RenameUnread(const std::string& log, const std::string& spare, const std::string& folder) {
    const std::optional<FolderLock> nobody_reads = FolderLock::TryAlone(folder);
    return nobody_reads && files_.RenameFile(log, spare, IOOptions(), nullptr).ok();
}

void SpareLogs::Settle(const std::string& folder, const Spare& spare, bool ready) {
    const std::lock_guard lock(mutex_);
    std::vector<Spare>& spares = folders_[folder].spares;
    const auto found =
        std::find_if(spares.begin(), spares.end(), [&](const Spare& each) { return each.path == spare.path; });
    if (found == spares.end()) return;
    found->ready = ready;
    if (!ready) spares.erase(found);
}

std::uint64_t SpareLogs::Begin(const std::string& log) {
    Spare taken;
    {
        const std::lock_guard lock(mutex_);
        Folder& known = folders_[FolderOf(log)];
        known.begun.insert(log);
        const auto spare =
            std::find_if(known.spares.begin(), known.spares.end(), [](const Spare& each) { return each.ready; });
        if (spare == known.spares.end()) return 0;
        taken = std::move(*spare);
        known.spares.erase(spare);
    }
    if (files_.RenameFile(taken.path, log, IOOptions(), nullptr).ok()) return taken.bytes;
    files_.DeleteFile(taken.path, IOOptions(), nullptr).PermitUncheckedError();
    return 0;
}

void SpareLogs::Clear(const std::string& folder) {
    {
        const std::lock_guard lock(mutex_);
        folders_.erase(folder);
    }
    std::vector<std::string> names;
    files_.GetChildren(folder, IOOptions(), &names, nullptr).PermitUncheckedError();
    for (const std::string& name : names) {
        if (name.ends_with(kEnding)) files_.DeleteFile(folder + name, IOOptions(), nullptr).PermitUncheckedError();
    }
}

}  // namespace throughline
