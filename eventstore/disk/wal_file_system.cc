// Knows write-ahead logs by their names, and those that it made by how much was appended to them.
#include "eventstore/disk/wal_file_system.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "eventstore/disk/wal_end.h"
#include "eventstore/disk/zeroed_ahead_file.h"

namespace throughline {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// Measured on ext4: 256 KiB pay for themselves from 1 KB to 120 KB a sync, and no other size is clearly better.
constexpr std::uint64_t kChunkBytesMax = 256 << 10;
// Below a page there is nothing to win.
constexpr std::uint64_t kChunkBytesMin = 4 << 10;
// A disk that is small or nearly full has better uses for its room.
constexpr std::uint64_t kFreeSpaceForOneChunk = 1024;

// What looks like damage may be another process that writes while we read; such a log has grown by the next look.
constexpr int kLooksMax = 10;

std::size_t ChunkBytes(rocksdb::FileSystem& files, const std::string& name) {
    std::uint64_t free_bytes = 0;
    const std::string folder = name.substr(0, name.find_last_of('/') + 1);
    if (!files.GetFreeSpace(folder, IOOptions(), &free_bytes, nullptr).ok()) return 0;
    const std::uint64_t bytes = std::min(free_bytes / kFreeSpaceForOneChunk, kChunkBytesMax);
    return bytes / kChunkBytesMin * kChunkBytesMin;
}

/// A file as if it ended earlier than it does.
class EndedFile final : public rocksdb::FSSequentialFileOwnerWrapper {
  public:
    EndedFile(std::unique_ptr<rocksdb::FSSequentialFile> file, std::uint64_t bytes)
        : FSSequentialFileOwnerWrapper(std::move(file)), left_(bytes) {}

    IOStatus Read(std::size_t bytes, const IOOptions& options, Slice* read, char* scratch,
                  IODebugContext* context) override {
        IOStatus status = target()->Read(std::min<std::uint64_t>(bytes, left_), options, read, scratch, context);
        if (status.ok()) left_ -= read->size();
        return status;
    }

    IOStatus Skip(std::uint64_t bytes) override {
        bytes = std::min(bytes, left_);
        left_ -= bytes;
        return target()->Skip(bytes);
    }

  private:
    std::uint64_t left_;
};

}  // namespace

bool IsWalName(std::string_view path) {
    constexpr std::string_view kEnding = ".log";
    const std::string_view name = path.substr(path.find_last_of('/') + 1);
    return name.size() > kEnding.size() && name.ends_with(kEnding) &&
           name.substr(0, name.size() - kEnding.size()).find_first_not_of("0123456789") == std::string_view::npos;
}

WalFileSystem::WalFileSystem(std::shared_ptr<rocksdb::FileSystem> base, bool spare_logs)
    : FileSystemWrapper(std::move(base)) {
    if (spare_logs) spares_.emplace(*target());
}

IOStatus WalFileSystem::NewWritableFile(const std::string& name, const FileOptions& options,
                                        std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* context) {
    const std::size_t chunk_bytes = IsWalName(name) && !options.use_direct_writes ? ChunkBytes(*target(), name) : 0;
    if (chunk_bytes == 0) return target()->NewWritableFile(name, options, file, context);
    std::unique_ptr<rocksdb::FSWritableFile> created;
    std::uint64_t zeros = 0;
    IOStatus status = Begin(name, options, &created, &zeros, context);
    if (!status.ok()) return status;
    std::unique_ptr<rocksdb::FSRandomRWFile> written;
    status = target()->NewRandomRWFile(name, options, &written, context);
    if (!status.ok()) return status;
    const auto bytes = std::make_shared<std::atomic<std::uint64_t>>(0);
    NoteBytesOf(name, bytes);
    *file = std::make_unique<ZeroedAheadFile>(std::move(created), std::move(written), zeros, chunk_bytes, bytes);
    return status;
}

IOStatus WalFileSystem::Begin(const std::string& name, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* file, std::uint64_t* zeros,
                              IODebugContext* context) {
    *zeros = spares_ ? spares_->Begin(name) : 0;
    if (*zeros > 0 && target()->ReopenWritableFile(name, options, file, context).ok()) return IOStatus::OK();
    *zeros = 0;
    return target()->NewWritableFile(name, options, file, context);
}

IOStatus WalFileSystem::DeleteFile(const std::string& name, const IOOptions& options, IODebugContext* context) {
    if (spares_ && IsWalName(name) && spares_->Keep(name)) return IOStatus::OK();
    return target()->DeleteFile(name, options, context);
}

IOStatus WalFileSystem::LockFile(const std::string& name, const IOOptions& options, rocksdb::FileLock** lock,
                                 IODebugContext* context) {
    IOStatus status = target()->LockFile(name, options, lock, context);
    if (!status.ok() || !spares_) return status;
    const std::string folder = name.substr(0, name.find_last_of('/') + 1);
    spares_->Clear(folder);
    const std::lock_guard guard(mutex_);
    locked_[*lock] = folder;
    return status;
}

IOStatus WalFileSystem::UnlockFile(rocksdb::FileLock* lock, const IOOptions& options, IODebugContext* context) {
    std::string folder;
    {
        const std::lock_guard guard(mutex_);
        if (auto locked = locked_.extract(lock); !locked.empty()) folder = std::move(locked.mapped());
    }
    if (!folder.empty()) spares_->Clear(folder);
    return target()->UnlockFile(lock, options, context);
}

IOStatus WalFileSystem::NewSequentialFile(const std::string& name, const FileOptions& options,
                                          std::unique_ptr<rocksdb::FSSequentialFile>* file, IODebugContext* context) {
    if (!IsWalName(name) || options.use_direct_reads) return target()->NewSequentialFile(name, options, file, context);
    std::uint64_t end = 0;
    if (const Bytes bytes = BytesOf(name)) {
        end = *bytes;
    } else if (IOStatus status = FindEnd(name, options, &end, context); !status.ok()) {
        return status;
    }
    std::unique_ptr<rocksdb::FSSequentialFile> whole;
    IOStatus status = target()->NewSequentialFile(name, options, &whole, context);
    if (status.ok()) *file = std::make_unique<EndedFile>(std::move(whole), end);
    return status;
}

IOStatus WalFileSystem::FindEnd(const std::string& name, const FileOptions& options, std::uint64_t* end,
                                IODebugContext* context) {
    WalEnd found;
    for (int look = 0; look < kLooksMax; ++look) {
        std::unique_ptr<rocksdb::FSSequentialFile> file;
        IOStatus status = target()->NewSequentialFile(name, options, &file, context);
        const std::uint64_t found_before = found.bytes;
        if (status.ok()) status = FindWalEnd(*file, &found);
        if (!status.ok()) return status;
        *end = found.bytes;
        if (found.behind != WalEnd::Behind::kDamage) return status;
        if (look > 0 && found.bytes == found_before) break;
    }
    return IOStatus::Corruption(fmt::format("{}: the write-ahead log is damaged at byte {}", name, found.bytes));
}

IOStatus WalFileSystem::GetFileSize(const std::string& name, const IOOptions& options, std::uint64_t* bytes,
                                    IODebugContext* context) {
    if (const Bytes written = BytesOf(name)) {
        *bytes = *written;
        return IOStatus::OK();
    }
    return target()->GetFileSize(name, options, bytes, context);
}

WalFileSystem::Bytes WalFileSystem::BytesOf(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto found = written_.find(name);
    return found == written_.end() ? nullptr : found->second.lock();
}

void WalFileSystem::NoteBytesOf(const std::string& name, const Bytes& bytes) {
    const std::lock_guard lock(mutex_);
    std::erase_if(written_, [](const auto& entry) { return entry.second.expired(); });
    written_[name] = bytes;
}

}  // namespace throughline
