// Wraps each file that is opened for writing; what is read goes straight to the file system beneath.
#include "eventstore/disk/fault_file_system.h"

#include <atomic>
#include <utility>

#include <rocksdb/slice.h>

namespace throughline {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

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
    FaultRandomRWFile(std::unique_ptr<rocksdb::FSRandomRWFile> base, FaultFileSystem& faults, std::string name,
                      std::uint64_t bytes)
        : FSRandomRWFileOwnerWrapper(std::move(base)), faults_(faults), name_(std::move(name)), bytes_(bytes) {}

    IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions& options,
                   IODebugContext* context) override {
        const FaultFileSystem::Verdict verdict = faults_.Operation(false);
        const Slice written(data.data(), verdict.status.ok() ? data.size() : verdict.half ? data.size() / 2 : 0);
        if (written.empty()) return verdict.status;
        IOStatus status = target()->Write(offset, written, options, context);
        return verdict.status.ok() ? status : verdict.status;
    }

    IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
        if (IOStatus status = faults_.Operation(false).status; !status.ok()) return status;
        IOStatus status = target()->Sync(options, context);
        if (status.ok()) NoteContent();
        return status;
    }

    IOStatus Fsync(const IOOptions& options, IODebugContext* context) override { return Sync(options, context); }

    void NoteContent() {
        std::string content(bytes_, '\0');
        Slice read;
        if (target()->Read(0, bytes_, IOOptions(), &read, content.data(), nullptr).ok()) {
            faults_.NoteSyncedContent(name_, read.ToString());
        }
    }

  private:
    FaultFileSystem& faults_;
    const std::string name_;
    const std::uint64_t bytes_;
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

void FaultFileSystem::NoteSyncedContent(const std::string& name, std::string content) {
    const std::lock_guard lock(mutex_);
    files_[name] = {content.size(), true, std::move(content)};
}

IOStatus FaultFileSystem::NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* context) {
    if (IOStatus status = Operation(true).status; !status.ok()) return status;
    std::unique_ptr<rocksdb::FSWritableFile> base;
    IOStatus status = target()->NewWritableFile(name, options, &base, context);
    if (!status.ok()) return status;
    NoteSynced(name, 0);
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
    std::uint64_t bytes = 0;
    IOStatus status = target()->GetFileSize(name, IOOptions(), &bytes, context);
    if (!status.ok()) return status;
    std::unique_ptr<rocksdb::FSRandomRWFile> base;
    status = target()->NewRandomRWFile(name, options, &base, context);
    if (!status.ok()) return status;
    auto wrapped = std::make_unique<FaultRandomRWFile>(std::move(base), *this, name, bytes);
    wrapped->NoteContent();
    *file = std::move(wrapped);
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
        IOStatus status;
        if (synced.in_place) {
            std::unique_ptr<rocksdb::FSRandomRWFile> file;
            status = target()->NewRandomRWFile(name, rocksdb::FileOptions(), &file, nullptr);
            if (status.ok()) status = file->Write(0, synced.content, IOOptions(), nullptr);
        } else if (synced.bytes == 0) {
            status = target()->DeleteFile(name, IOOptions(), nullptr);
        } else {
            std::unique_ptr<rocksdb::FSWritableFile> file;
            status = target()->ReopenWritableFile(name, rocksdb::FileOptions(), &file, nullptr);
            if (status.ok()) status = file->Truncate(synced.bytes, IOOptions(), nullptr);
            if (status.ok()) status = file->Close(IOOptions(), nullptr);
        }
        if (!status.ok()) return status;
    }
    files_.clear();
    return IOStatus::OK();
}

}  // namespace throughline
