// A file that grows in steps of zeros and is then written over: a sync is then half as dear as one that also has to
// write down a new length and new blocks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <rocksdb/file_system.h>

namespace throughline {

/// Appends over zeros that were written ahead and became durable with an earlier sync. What a crash leaves ends in
/// zeros; closing cuts them off. Where there is no room for zeros the file grows as any other.
class ZeroedAheadFile final : public rocksdb::FSWritableFile {
  public:
    /// `created` and `written` are the same file, which holds `zeroed_to` zeros that are durable. Behind them
    /// `chunk_bytes`, whole pages, are zeroed at a time; but nothing is for appends of more than half of that: they pay
    /// more for the zeros than they win. `bytes` is kept at what was appended, for whoever asks for the size while the
    /// file is open.
    ZeroedAheadFile(std::unique_ptr<rocksdb::FSWritableFile> created, std::unique_ptr<rocksdb::FSRandomRWFile> written,
                    std::uint64_t zeroed_to, std::size_t chunk_bytes,
                    std::shared_ptr<std::atomic<std::uint64_t>> bytes);
    ~ZeroedAheadFile() override;

    using FSWritableFile::Append;
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* context) override;
    rocksdb::IOStatus Truncate(std::uint64_t size, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;
    rocksdb::IOStatus Close(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override;
    rocksdb::IOStatus Flush(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override;
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override;
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override;
    rocksdb::IOStatus RangeSync(std::uint64_t offset, std::uint64_t bytes, const rocksdb::IOOptions& options,
                                rocksdb::IODebugContext* context) override;
    [[nodiscard]] bool IsSyncThreadSafe() const override;
    void SetWriteLifeTimeHint(rocksdb::Env::WriteLifeTimeHint hint) override;
    std::uint64_t GetFileSize(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override;
    std::size_t GetUniqueId(char* id, std::size_t size_max) const override;
    rocksdb::IOStatus InvalidateCache(std::size_t offset, std::size_t length) override;

  private:
    void ZeroAhead(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context);

    const std::unique_ptr<rocksdb::FSWritableFile> created_;
    const std::unique_ptr<rocksdb::FSRandomRWFile> written_;
    const std::string zeros_;
    const std::shared_ptr<std::atomic<std::uint64_t>> bytes_;
    std::uint64_t zeroed_to_;
    bool has_room_ = true;
    bool is_closed_ = false;
};

}  // namespace throughline
