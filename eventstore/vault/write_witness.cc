// Slot = number of the write mod 2: the other one still holds the write before.
#include "eventstore/vault/write_witness.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/digest.h"
#include "eventstore/base/status_details.h"
#include "eventstore/disk/rocks.h"

namespace throughline {
namespace {

constexpr std::string_view kMagic = "TLKEYS01";
constexpr std::size_t kSlots = 2;
constexpr std::size_t kSlotStride = 4096;
constexpr std::size_t kCountBytes = 8;
constexpr std::size_t kChecksumBytes = 32;
constexpr std::size_t kSlotBytes = kMagic.size() + kCountBytes + kChecksumBytes;

std::string EncodeSlot(std::uint64_t write) {
    std::string slot(kMagic);
    for (int shift = 56; shift >= 0; shift -= 8) slot += static_cast<char>(static_cast<std::uint8_t>(write >> shift));
    slot += Sha256(slot);
    return slot;
}

std::optional<std::uint64_t> DecodeSlot(std::string_view slot) {
    if (slot.size() != kSlotBytes || !slot.starts_with(kMagic)) return std::nullopt;
    std::uint64_t write = 0;
    for (const char byte : slot.substr(kMagic.size(), kCountBytes))
        write = write << 8U | static_cast<std::uint8_t>(byte);
    if (EncodeSlot(write) != slot) return std::nullopt;
    return write;
}

absl::Status Untrustworthy(const std::string& path, std::string_view what) {
    return WithReason(absl::DataLossError(fmt::format(
                          "the key store's witness {} is {}, so whether keys are missing cannot be told; restore "
                          "the key store's current copy",
                          path, what)),
                      "KEY_STORE_WITNESS");
}

}  // namespace

WriteWitness::WriteWitness(std::unique_ptr<rocksdb::FSRandomRWFile> file, std::uint64_t seen)
    : file_(std::move(file)), seen_(seen) {}

absl::Status WriteWitness::Create(rocksdb::FileSystem& files, const std::string& path) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    std::string bytes = EncodeSlot(0);
    bytes.resize(kSlots * kSlotStride, '\0');
    rocksdb::IOStatus status = files.NewWritableFile(path, rocksdb::FileOptions(), &file, nullptr);
    if (status.ok()) status = file->Append(bytes, rocksdb::IOOptions(), nullptr);
    if (status.ok()) status = file->Fsync(rocksdb::IOOptions(), nullptr);
    if (status.ok()) status = file->Close(rocksdb::IOOptions(), nullptr);
    return FromRocks(status, "making the key store's witness");
}

absl::StatusOr<std::unique_ptr<WriteWitness>> WriteWitness::Open(rocksdb::FileSystem& files, const std::string& path) {
    const absl::StatusOr<std::uint64_t> seen = ReadSeen(files, path);
    if (!seen.ok()) return seen.status();
    std::unique_ptr<rocksdb::FSRandomRWFile> file;
    const rocksdb::IOStatus status = files.NewRandomRWFile(path, rocksdb::FileOptions(), &file, nullptr);
    if (!status.ok()) return FromRocks(status, "opening the key store's witness");
    return std::unique_ptr<WriteWitness>(new WriteWitness(std::move(file), *seen));
}

absl::StatusOr<std::uint64_t> WriteWitness::ReadSeen(rocksdb::FileSystem& files, const std::string& path) {
    if (!files.FileExists(path, rocksdb::IOOptions(), nullptr).ok()) return Untrustworthy(path, "missing");
    std::unique_ptr<rocksdb::FSRandomAccessFile> file;
    rocksdb::IOStatus status = files.NewRandomAccessFile(path, rocksdb::FileOptions(), &file, nullptr);
    std::optional<std::uint64_t> seen;
    for (std::size_t slot = 0; status.ok() && slot < kSlots; ++slot) {
        std::array<char, kSlotBytes> scratch{};
        rocksdb::Slice bytes;
        status = file->Read(slot * kSlotStride, kSlotBytes, rocksdb::IOOptions(), &bytes, scratch.data(), nullptr);
        const std::optional<std::uint64_t> write = DecodeSlot({bytes.data(), bytes.size()});
        if (write && (!seen || *write > *seen)) seen = write;
    }
    if (!status.ok()) return FromRocks(status, "reading the key store's witness");
    if (!seen) return Untrustworthy(path, "damaged");
    return *seen;
}

absl::Status WriteWitness::See(std::uint64_t write) {
    rocksdb::IOStatus status =
        file_->Write(write % kSlots * kSlotStride, EncodeSlot(write), rocksdb::IOOptions(), nullptr);
    if (status.ok()) status = file_->Sync(rocksdb::IOOptions(), nullptr);
    if (!status.ok()) return FromRocks(status, "writing the key store's witness");
    seen_ = write;
    return absl::OkStatus();
}

}  // namespace throughline
