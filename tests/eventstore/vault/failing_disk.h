// A disk that refuses its Nth call, and every one after it: for the loops that fail at each call in turn.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace throughline {

/// Counts writes, syncs, creations and renames of files.
class FailingDisk final : public rocksdb::FileSystemWrapper {
  public:
    FailingDisk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

    const char* Name() const override { return "FailingDisk"; }

    /// The call number `n` from now on, and all after it, fail; 0: none.
    void FailFrom(std::uint64_t n) {
        calls_ = 0;
        fail_from_ = n;
    }
    [[nodiscard]] bool Failed() const { return fail_from_ != 0 && calls_ >= fail_from_; }

    rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* debug) override {
        if (rocksdb::IOStatus counted = Count(); !counted.ok()) return counted;
        std::unique_ptr<rocksdb::FSWritableFile> inner;
        rocksdb::IOStatus status = FileSystemWrapper::NewWritableFile(name, options, &inner, debug);
        if (status.ok()) *file = std::make_unique<File>(std::move(inner), *this);
        return status;
    }
    rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override {
        if (rocksdb::IOStatus counted = Count(); !counted.ok()) return counted;
        return FileSystemWrapper::RenameFile(from, to, options, debug);
    }

  private:
    class File final : public rocksdb::FSWritableFileOwnerWrapper {
      public:
        File(std::unique_ptr<rocksdb::FSWritableFile>&& inner, FailingDisk& disk)
            : FSWritableFileOwnerWrapper(std::move(inner)), disk_(disk) {}
        using FSWritableFileOwnerWrapper::Append;
        rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override {
            if (rocksdb::IOStatus counted = disk_.Count(); !counted.ok()) return counted;
            return FSWritableFileOwnerWrapper::Append(data, options, debug);
        }
        rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                                 const rocksdb::DataVerificationInfo& info, rocksdb::IODebugContext* debug) override {
            if (rocksdb::IOStatus counted = disk_.Count(); !counted.ok()) return counted;
            return FSWritableFileOwnerWrapper::Append(data, options, info, debug);
        }
        rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
            if (rocksdb::IOStatus counted = disk_.Count(); !counted.ok()) return counted;
            return FSWritableFileOwnerWrapper::Sync(options, debug);
        }

      private:
        FailingDisk& disk_;
    };

    rocksdb::IOStatus Count() {
        ++calls_;
        return Failed() ? rocksdb::IOStatus::IOError("injected") : rocksdb::IOStatus::OK();
    }

    std::atomic<std::uint64_t> calls_{0};
    std::atomic<std::uint64_t> fail_from_{0};
};

}  // namespace throughline
