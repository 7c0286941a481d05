// Wraps each file that is opened for writing; what is read goes straight to the file system beneath.
#include "eventstore/disk/fault_file_system.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <utility>

#include <rocksdb/slice.h>

namespace throughline {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr std::uint64_t kSectorBytes = 512;

void PutOver(std::uint64_t offset, const std::string& bytes, std::string& content) {
    content.resize(std::max<std::size_t>(content.size(), offset + bytes.size()), '\0');
    content.replace(offset, bytes.size(), bytes);
}

// As RocksDB's own file system says it: worth another try.
IOStatus NoSpace() {
    IOStatus status = IOStatus::NoSpace("injected fault");
    status.SetRetryable(true);
    return status;
}

class FaultWritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
  public:
    FaultWritableFile(std::unique_ptr<rocksdb::FSWritableFile> base, FaultFileSystem& faults, std::string name,
                      std::uint64_t bytes)
        : FSWritableFileOwnerWrapper(std::move(base)), faults_(faults), name_(std::move(name)), bytes_(bytes) {}

    IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* context) override {
        const FaultFileSystem::Verdict verdict = faults_.Operation(true);
        const Slice written(data.data(), verdict.status.ok() ? data.size() : verdict.half ? data.size() / 2 : 0);
        if (written.empty()) return verdict.status;
        IOStatus status = target()->Append(written, options, context);
        if (status.ok()) bytes_ += written.size();
        return verdict.status.ok() ? status : verdict.status;
    }

    IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                    IODebugContext* context) override {
        return Append(data, options, context);
    }

    IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* context) override {
        if (IOStatus status = faults_.Operation(false).status; !status.ok()) return status;
        return target()->Truncate(size, options, context);
    }

    IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
        if (IOStatus status = faults_.Operation(false).status; !status.ok()) return status;
        const std::uint64_t bytes = bytes_;  // What is appended meanwhile is not synced.
        return Noted(target()->Sync(options, context), bytes);
    }

    IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
        if (IOStatus status = faults_.Operation(false).status; !status.ok()) return status;
        const std::uint64_t bytes = bytes_;
        return Noted(target()->Fsync(options, context), bytes);
    }

    IOStatus RangeSync(std::uint64_t offset, std::uint64_t bytes, const IOOptions& options,
                       IODebugContext* context) override {
        if (IOStatus status = faults_.Operation(false).status; !status.ok()) return status;
        return target()->RangeSync(offset, bytes, options, context);
    }

  private:
    IOStatus Noted(IOStatus status, std::uint64_t bytes) {
        if (status.ok()) faults_.NoteSynced(name_, bytes);
        return status;
    }

    FaultFileSystem& faults_;
    const std::string name_;
    std::atomic<std::uint64_t> bytes_;
};

class FaultRandomRWFile final : public rocksdb::FSRandomRWFileOwnerWrapper {
  public:
    FaultRandomRWFile(std::unique_ptr<rocksdb::FSRandomRWFile> base, FaultFileSystem& faults, std::string name)
        : FSRandomRWFileOwnerWrapper(std::move(base)), faults_(faults), name_(std::move(name)) {}

    IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions& options,
                   IODebugContext* context) override {
        std::uint64_t bytes = 0;
        faults_.target()->GetFileSize(name_, options, &bytes, context).PermitUncheckedError();
        const FaultFileSystem::Verdict verdict = faults_.Operation(offset + data.size() > bytes);
        const Slice written(data.data(), verdict.status.ok() ? data.size() : verdict.half ? data.size() / 2 : 0);
        if (written.empty()) return verdict.status;
        IOStatus status = target()->Write(offset, written, options, context);
        if (status.ok()) faults_.NoteWrite(name_, offset, written.ToString());
        return verdict.status.ok() ? status : verdict.status;
    }

    IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
        if (IOStatus status = faults_.Operation(false).status; !status.ok()) return status;
        const std::size_t writes = faults_.UnsyncedWrites(name_);  // What is written meanwhile is not synced.
        IOStatus status = target()->Sync(options, context);
        if (status.ok()) faults_.NoteWritesSynced(name_, writes);
        return status;
    }

    IOStatus Fsync(const IOOptions& options, IODebugContext* context) override { return Sync(options, context); }

  private:
    FaultFileSystem& faults_;
    const std::string name_;
};

class FaultDirectory final : public rocksdb::FSDirectoryWrapper {
  public:
    FaultDirectory(std::unique_ptr<rocksdb::FSDirectory> base, FaultFileSystem& faults)
        : FSDirectoryWrapper(std::move(base)), faults_(faults) {}

    IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
        if (IOStatus status = faults_.Operation(false).status; !status.ok()) return status;
        return FSDirectoryWrapper::Fsync(options, context);
    }

    IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* context,
                                 const rocksdb::DirFsyncOptions& folder_options) override {
        if (IOStatus status = faults_.Operation(false).status; !status.ok()) return status;
        return FSDirectoryWrapper::FsyncWithDirOptions(options, context, folder_options);
    }

  private:
    FaultFileSystem& faults_;
};

}  // namespace

FaultFileSystem::FaultFileSystem(std::shared_ptr<rocksdb::FileSystem> base) : FileSystemWrapper(std::move(base)) {}

FaultFileSystem::~FaultFileSystem() = default;

void FaultFileSystem::FailAt(std::uint64_t nth, Fault fault) {
    const std::lock_guard lock(mutex_);
    fail_at_ = operations_ + nth;
    fault_ = fault;
    fired_ = false;
}

void FaultFileSystem::Heal() {
    const std::lock_guard lock(mutex_);
    fail_at_ = 0;
}

bool FaultFileSystem::fired() const {
    const std::lock_guard lock(mutex_);
    return fired_;
}

std::uint64_t FaultFileSystem::operations() const {
    const std::lock_guard lock(mutex_);
    return operations_;
}

FaultFileSystem::Verdict FaultFileSystem::Operation(bool needs_room) {
    const std::lock_guard lock(mutex_);
    ++operations_;
    if (fail_at_ == 0 || operations_ < fail_at_) return {};
    const bool first = operations_ == fail_at_;
    switch (fault_) {
        case Fault::kIoError:
            if (!first) return {};
            fired_ = true;
            return {IOStatus::IOError("injected fault"), true};
        case Fault::kNoSpace:
            if (!first && !needs_room) return {};
            fired_ = true;
            return {NoSpace(), true};
        case Fault::kKill:
            fired_ = true;
            return {IOStatus::IOError("injected kill"), first};
    }
    return {};
}

void FaultFileSystem::NoteSynced(const std::string& name, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    files_[name].bytes = bytes;
}

void FaultFileSystem::NoteWrite(const std::string& name, std::uint64_t offset, std::string bytes) {
    const std::lock_guard lock(mutex_);
    if (const auto file = files_.find(name); file != files_.end()) {
        file->second.unsynced.push_back({offset, std::move(bytes)});
    }
}

std::size_t FaultFileSystem::UnsyncedWrites(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto file = files_.find(name);
    return file == files_.end() ? 0 : file->second.unsynced.size();
}

void FaultFileSystem::NoteWritesSynced(const std::string& name, std::size_t writes) {
    const std::lock_guard lock(mutex_);
    const auto found = files_.find(name);
    if (found == files_.end()) return;
    Synced& file = found->second;
    const auto end = file.unsynced.begin() + static_cast<std::ptrdiff_t>(std::min(writes, file.unsynced.size()));
    for (auto write = file.unsynced.begin(); write != end; ++write) PutOver(write->offset, write->bytes, file.content);
    file.unsynced.erase(file.unsynced.begin(), end);
}

IOStatus FaultFileSystem::NoteInPlace(const std::string& name, rocksdb::FSRandomRWFile& file) {
    std::uint64_t bytes = 0;
    IOStatus status = target()->GetFileSize(name, IOOptions(), &bytes, nullptr);
    if (!status.ok()) return status;
    const std::lock_guard lock(mutex_);
    const auto [noted, is_new] = files_.try_emplace(name);
    Synced& synced = noted->second;
    if (synced.in_place) return status;
    if (!is_new) bytes = std::min(bytes, synced.bytes);  // Else it is as old as the disk.
    synced.in_place = true;
    synced.content.resize(bytes);
    Slice read;
    status = file.Read(0, bytes, IOOptions(), &read, synced.content.data(), nullptr);
    synced.content.resize(read.size());
    return status;
}

IOStatus FaultFileSystem::NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* context) {
    if (IOStatus status = Operation(true).status; !status.ok()) return status;
    std::unique_ptr<rocksdb::FSWritableFile> base;
    IOStatus status = target()->NewWritableFile(name, options, &base, context);
    if (!status.ok()) return status;
    const std::lock_guard lock(mutex_);
    files_[name] = {};
    *file = std::make_unique<FaultWritableFile>(std::move(base), *this, name, 0);
    return status;
}

IOStatus FaultFileSystem::ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                             std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* context) {
    if (IOStatus status = Operation(true).status; !status.ok()) return status;
    std::uint64_t bytes = 0;
    target()->GetFileSize(name, IOOptions(), &bytes, context).PermitUncheckedError();
    std::unique_ptr<rocksdb::FSWritableFile> base;
    IOStatus status = target()->ReopenWritableFile(name, options, &base, context);
    if (!status.ok()) return status;
    *file = std::make_unique<FaultWritableFile>(std::move(base), *this, name, bytes);
    return status;
}

IOStatus FaultFileSystem::NewRandomRWFile(const std::string& name, const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSRandomRWFile>* file, IODebugContext* context) {
    std::unique_ptr<rocksdb::FSRandomRWFile> base;
    IOStatus status = target()->NewRandomRWFile(name, options, &base, context);
    if (status.ok()) status = NoteInPlace(name, *base);
    if (status.ok()) *file = std::make_unique<FaultRandomRWFile>(std::move(base), *this, name);
    return status;
}

IOStatus FaultFileSystem::NewDirectory(const std::string& name, const IOOptions& options,
                                       std::unique_ptr<rocksdb::FSDirectory>* folder, IODebugContext* context) {
    std::unique_ptr<rocksdb::FSDirectory> base;
    IOStatus status = target()->NewDirectory(name, options, &base, context);
    if (status.ok()) *folder = std::make_unique<FaultDirectory>(std::move(base), *this);
    return status;
}

IOStatus FaultFileSystem::DeleteFile(const std::string& name, const IOOptions& options, IODebugContext* context) {
    if (IOStatus status = Operation(false).status; !status.ok()) return status;
    IOStatus status = target()->DeleteFile(name, options, context);
    const std::lock_guard lock(mutex_);
    if (status.ok()) files_.erase(name);
    return status;
}

IOStatus FaultFileSystem::RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                                     IODebugContext* context) {
    if (IOStatus status = Operation(false).status; !status.ok()) return status;
    IOStatus status = target()->RenameFile(from, to, options, context);
    const std::lock_guard lock(mutex_);
    if (auto moved = files_.extract(from); status.ok() && !moved.empty()) {
        files_.erase(to);
        moved.key() = to;
        files_.insert(std::move(moved));
    }
    return status;
}

IOStatus FaultFileSystem::GetFreeSpace(const std::string& path, const IOOptions& options, std::uint64_t* free_bytes,
                                       IODebugContext* context) {
    IOStatus status = target()->GetFreeSpace(path, options, free_bytes, context);
    const std::lock_guard lock(mutex_);
    const bool full = fault_ == Fault::kNoSpace && fail_at_ != 0 && operations_ >= fail_at_;
    if (full) *free_bytes = 0;
    return status;
}

IOStatus FaultFileSystem::DropUnsynced() {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, synced] : files_) {
        if (!target()->FileExists(name, IOOptions(), nullptr).ok()) continue;
        const std::uint64_t bytes = synced.in_place ? synced.content.size() : synced.bytes;
        if (bytes == 0) {
            if (IOStatus status = target()->DeleteFile(name, IOOptions(), nullptr); !status.ok()) return status;
            continue;
        }
        IOStatus status;
        if (synced.in_place) {
            std::unique_ptr<rocksdb::FSRandomRWFile> file;
            status = target()->NewRandomRWFile(name, rocksdb::FileOptions(), &file, nullptr);
            if (status.ok()) status = file->Write(0, synced.content, IOOptions(), nullptr);
        }
        std::unique_ptr<rocksdb::FSWritableFile> file;
        if (status.ok()) status = target()->ReopenWritableFile(name, rocksdb::FileOptions(), &file, nullptr);
        if (status.ok()) status = file->Truncate(bytes, IOOptions(), nullptr);
        if (status.ok()) status = file->Close(IOOptions(), nullptr);
        if (!status.ok()) return status;
    }
    files_.clear();
    return IOStatus::OK();
}

IOStatus FaultFileSystem::TearUnsynced(std::mt19937& random) {
    {
        const std::lock_guard lock(mutex_);
        for (auto& [name, file] : files_) TearWrites(file, random);
    }
    return DropUnsynced();
}

void FaultFileSystem::TearWrites(Synced& file, std::mt19937& random) {
    std::map<std::uint64_t, bool> survives;  // By sector.
    for (const Write& write : file.unsynced) {
        for (std::size_t from = 0; from < write.bytes.size();) {
            const std::uint64_t sector = (write.offset + from) / kSectorBytes;
            const std::size_t to =
                std::min<std::size_t>((sector + 1) * kSectorBytes - write.offset, write.bytes.size());
            const bool written = survives.try_emplace(sector, random() % 2 == 0).first->second;
            if (written) PutOver(write.offset + from, write.bytes.substr(from, to - from), file.content);
            from = to;
        }
    }
    file.unsynced.clear();
}

}  // namespace throughline
