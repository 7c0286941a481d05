// Slots stand a page apart, so that no torn write reaches both.
#include "eventstore/log/head_file.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/digest.h"
#include "eventstore/base/number_bytes.h"
#include "eventstore/base/status_details.h"
#include "eventstore/disk/rocks.h"

namespace throughline {
namespace {

constexpr std::string_view kMagic = "TLHEAD01";
constexpr std::size_t kSlotStride = 4096;
constexpr std::size_t kSlots = 2;
constexpr std::size_t kChecksumBytes = 32;
constexpr std::size_t kSlotBytes = 8 + 16 + 3 * kUint64Bytes + kChecksumBytes;

}  // namespace

std::string EncodeHeadSlot(const HeadState& state) {
    std::string slot(kMagic);
    slot += state.store_id.AsBytes();
    AppendUint64(slot, state.sequence);
    AppendUint64(slot, state.writer_epoch);
    AppendUint64(slot, ToUint64(state.end));
    slot += Sha256(slot);
    return slot;
}

std::optional<HeadState> DecodeHeadSlot(std::string_view bytes) {
    if (bytes.size() < kSlotBytes) return std::nullopt;
    bytes = bytes.substr(0, kSlotBytes);
    const std::string_view content = bytes.substr(0, kSlotBytes - kChecksumBytes);
    if (content.substr(0, kMagic.size()) != kMagic || Sha256(content) != bytes.substr(content.size()))
        return std::nullopt;
    HeadState state;
    std::string_view rest = content.substr(kMagic.size());
    state.store_id = *UuidFromBytes(*TakeBytes(rest, state.store_id.bytes.size()));
    state.sequence = *TakeUint64(rest);
    state.writer_epoch = *TakeUint64(rest);
    state.end = Position{*TakeUint64(rest)};
    return state;
}

absl::Status CreateHeadFile(rocksdb::FileSystem& files, const std::string& path, const HeadState& state) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    std::string bytes = EncodeHeadSlot(state);
    bytes.resize(kSlots * kSlotStride, '\0');
    rocksdb::IOStatus status = files.NewWritableFile(path, rocksdb::FileOptions(), &file, nullptr);
    if (status.ok()) status = file->Append(bytes, rocksdb::IOOptions(), nullptr);
    if (status.ok()) status = file->Fsync(rocksdb::IOOptions(), nullptr);
    if (status.ok()) status = file->Close(rocksdb::IOOptions(), nullptr);
    return FromRocks(status, "making the HEAD file");
}

absl::StatusOr<HeadState> ReadHeadFile(rocksdb::FileSystem& files, const std::string& path) {
    std::unique_ptr<rocksdb::FSRandomAccessFile> file;
    rocksdb::IOStatus status = files.FileExists(path, rocksdb::IOOptions(), nullptr);
    if (status.ok()) status = files.NewRandomAccessFile(path, rocksdb::FileOptions(), &file, nullptr);
    if (!status.ok()) return FromRocks(status, "opening the HEAD file");
    std::optional<HeadState> best;
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
        std::array<char, kSlotBytes> scratch{};
        rocksdb::Slice bytes;
        status = file->Read(slot * kSlotStride, kSlotBytes, rocksdb::IOOptions(), &bytes, scratch.data(), nullptr);
        if (!status.ok()) return FromRocks(status, "reading the HEAD file");
        const auto state = DecodeHeadSlot({bytes.data(), bytes.size()});
        if (state && (!best || state->sequence > best->sequence)) best = state;
    }
    if (best) return *best;
    return WithReason(
        absl::DataLossError(fmt::format("the HEAD file {} is damaged, so whether records are missing cannot be "
                                        "told; restore the store from a backup",
                                        path)),
        "HEAD_DAMAGED");
}

absl::StatusOr<std::unique_ptr<HeadFile>> HeadFile::Open(rocksdb::FileSystem& files, const std::string& path) {
    std::unique_ptr<rocksdb::FSRandomRWFile> file;
    const rocksdb::IOStatus status = files.NewRandomRWFile(path, rocksdb::FileOptions(), &file, nullptr);
    if (!status.ok()) return FromRocks(status, "opening the HEAD file");
    return std::unique_ptr<HeadFile>(new HeadFile(std::move(file)));
}

absl::Status HeadFile::Write(std::size_t slot, const HeadState& state) {
    return FromRocks(file_->Write(slot * kSlotStride, EncodeHeadSlot(state), rocksdb::IOOptions(), nullptr),
                     "writing the HEAD file");
}

absl::Status HeadFile::Sync() {
    return FromRocks(file_->Sync(rocksdb::IOOptions(), nullptr), "syncing the HEAD file");
}

}  // namespace throughline
