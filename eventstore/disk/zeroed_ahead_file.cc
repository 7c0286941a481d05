// Two handles on one file: one that writes at a place, and the one it was made with, which alone can cut it.
#include "eventstore/disk/zeroed_ahead_file.h"

#include <algorithm>
#include <utility>

namespace throughline {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// A file system gives out space in pages; zeros that end within one would be written twice.
constexpr std::uint64_t kPageBytes = 4096;

}  // namespace

ZeroedAheadFile::ZeroedAheadFile(std::unique_ptr<rocksdb::FSWritableFile> created,
                                 std::unique_ptr<rocksdb::FSRandomRWFile> written, std::uint64_t zeroed_to,
                                 std::size_t chunk_bytes, std::shared_ptr<std::atomic<std::uint64_t>> bytes)
    : created_(std::move(created)),
      written_(std::move(written)),
      zeros_(chunk_bytes, '\0'),
      bytes_(std::move(bytes)),
      zeroed_to_(zeroed_to) {}

ZeroedAheadFile::~ZeroedAheadFile() {
    Close(IOOptions(), nullptr).PermitUncheckedError();
}

IOStatus ZeroedAheadFile::Append(const Slice& data, const IOOptions& options, IODebugContext* context) {
    const std::uint64_t bytes = *bytes_;
    IOStatus status = written_->Write(bytes, data, options, context);
    if (!status.ok()) return status;
    *bytes_ = bytes + data.size();
    if (bytes + data.size() > zeroed_to_ && data.size() <= zeros_.size() / 2) ZeroAhead(options, context);
    return status;
}

// A failure is none of the caller's: what was appended is written, and the next append tells if the disk is broken.
void ZeroedAheadFile::ZeroAhead(const IOOptions& options, IODebugContext* context) {
    if (!has_room_) return;
    const std::uint64_t from = *bytes_;
    const std::uint64_t to = (from + zeros_.size()) / kPageBytes * kPageBytes;
    has_room_ = written_->Write(from, Slice(zeros_.data(), to - from), options, context).ok();
    if (has_room_) {
        zeroed_to_ = to;
    } else {
        created_->Truncate(from, options, context).PermitUncheckedError();  // Others need the room more.
    }
}

IOStatus ZeroedAheadFile::Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* context) {
    IOStatus status = created_->Truncate(size, options, context);
    if (status.ok()) {
        *bytes_ = size;
        zeroed_to_ = std::min(zeroed_to_, size);
    }
    return status;
}

IOStatus ZeroedAheadFile::Close(const IOOptions& options, IODebugContext* context) {
    if (std::exchange(is_closed_, true)) return IOStatus::OK();
    // Zeros that stay are what a crash leaves too, and are read as such.
    created_->Truncate(*bytes_, options, context).PermitUncheckedError();
    IOStatus written = written_->Close(options, context);
    IOStatus created = created_->Close(options, context);
    return written.ok() ? created : written;
}

IOStatus ZeroedAheadFile::Flush(const IOOptions& options, IODebugContext* context) {
    return written_->Flush(options, context);
}

IOStatus ZeroedAheadFile::Sync(const IOOptions& options, IODebugContext* context) {
    return written_->Sync(options, context);
}

IOStatus ZeroedAheadFile::Fsync(const IOOptions& options, IODebugContext* context) {
    return written_->Fsync(options, context);
}

IOStatus ZeroedAheadFile::RangeSync(std::uint64_t offset, std::uint64_t bytes, const IOOptions& options,
                                    IODebugContext* context) {
    return created_->RangeSync(offset, bytes, options, context);
}

bool ZeroedAheadFile::IsSyncThreadSafe() const {
    return created_->IsSyncThreadSafe();
}

void ZeroedAheadFile::SetWriteLifeTimeHint(rocksdb::Env::WriteLifeTimeHint hint) {
    created_->SetWriteLifeTimeHint(hint);
}

std::uint64_t ZeroedAheadFile::GetFileSize(const IOOptions&, IODebugContext*) {
    return *bytes_;
}

std::size_t ZeroedAheadFile::GetUniqueId(char* id, std::size_t size_max) const {
    return created_->GetUniqueId(id, size_max);
}

IOStatus ZeroedAheadFile::InvalidateCache(std::size_t offset, std::size_t length) {
    return created_->InvalidateCache(offset, length);
}

}  // namespace throughline
