// Blocks of 32 KiB, in them records of checksum, length, type and payload; a batch is one record, or one in each block.
// Source: RocksDB's wiki, "Write Ahead Log File Format".
#include "eventstore/disk/wal_end.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <rocksdb/file_checksum.h>

namespace throughline {
namespace {

using rocksdb::IOStatus;

constexpr std::size_t kBlockBytes = 32 << 10;
constexpr std::size_t kHeaderBytes = 7;
constexpr std::size_t kSectorBytes = 512;

constexpr unsigned kFull = 1;
constexpr unsigned kFirst = 2;
constexpr unsigned kLast = 4;

// So many zeros a tear leaves at least. Fewer may be how a value ends, so they do not excuse a wrong checksum.
constexpr std::size_t kZerosOfATearMin = 8;

// So many zeros are looked through for the end of a record whose length is wrong.
constexpr std::size_t kZerosAtARecordsEndMax = 64;

struct Header {
    std::uint32_t checksum = 0;
    std::size_t length = 0;
    unsigned type = 0;
};

unsigned Byte(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

Header HeaderAt(std::string_view block, std::size_t at) {
    return {Byte(block, at) | Byte(block, at + 1) << 8U | Byte(block, at + 2) << 16U | Byte(block, at + 3) << 24U,
            Byte(block, at + 4) | Byte(block, at + 5) << 8U, Byte(block, at + 6)};
}

// CRC32C of the type and the payload, turned as RocksDB stores it.
std::uint32_t Checksum(unsigned type, std::string_view payload) {
    const auto crc32c = rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator({});
    const char type_byte = static_cast<char>(type);
    crc32c->Update(&type_byte, 1);
    crc32c->Update(payload.data(), payload.size());
    crc32c->Finalize();
    std::uint32_t sum = 0;
    for (const char byte : crc32c->GetChecksum()) sum = sum << 8U | static_cast<unsigned char>(byte);
    return ((sum >> 15U) | (sum << 17U)) + 0xa282ead8U;
}

bool IsKnown(unsigned type) {
    return type >= kFull && type <= kLast;
}

bool IsWhole(std::string_view block, std::size_t at) {
    const Header header = HeaderAt(block, at);
    return IsKnown(header.type) && header.length <= block.size() - at - kHeaderBytes &&
           Checksum(header.type, block.substr(at + kHeaderBytes, header.length)) == header.checksum;
}

std::size_t WholeRecords(std::string_view block) {
    std::size_t at = 0;
    while (block.size() - at >= kHeaderBytes && IsWhole(block, at)) at += kHeaderBytes + HeaderAt(block, at).length;
    return at;
}

// Whether a batch begins behind `from`, wherever its record may stand.
bool HasBeginning(std::string_view block, std::size_t from) {
    for (std::size_t at = from; at + kHeaderBytes <= block.size();) {
        if (!IsKnown(Byte(block, at + kHeaderBytes - 1)) || !IsWhole(block, at)) {
            ++at;
            continue;
        }
        const Header header = HeaderAt(block, at);
        if (header.type == kFull || header.type == kFirst) return true;
        at += kHeaderBytes + header.length;
    }
    return false;
}

bool IsZeros(std::string_view bytes) {
    return bytes.find_first_not_of('\0') == std::string_view::npos;
}

// Where the last byte stands that is not zero, and one more.
std::size_t BytesBeforeZeros(std::string_view bytes) {
    return bytes.find_last_not_of('\0') + 1;
}

// The record is not whole; whether it would be with another length or type: then these are what is wrong with it.
bool IsWholeButForItsHeader(std::string_view block, std::size_t at) {
    const Header header = HeaderAt(block, at);
    const std::string_view rest = block.substr(at + kHeaderBytes);
    const std::size_t used = BytesBeforeZeros(rest);
    for (std::size_t length = used; length <= std::min(rest.size(), used + kZerosAtARecordsEndMax); ++length) {
        if (Checksum(header.type, rest.substr(0, length)) == header.checksum) return true;
    }
    for (unsigned type = kFull; type <= kLast && header.length <= rest.size(); ++type) {
        if (Checksum(type, rest.substr(0, header.length)) == header.checksum) return true;
    }
    return false;
}

// Whether a sector between the two, or the end of it all, is zeros.
bool HasTear(std::string_view block, std::size_t from, std::size_t to) {
    const std::string_view record = block.substr(from, to - from);
    if (record.size() - BytesBeforeZeros(record) >= kZerosOfATearMin) return true;
    for (std::size_t at = from; at < to;) {
        const std::size_t next = std::min((at / kSectorBytes + 1) * kSectorBytes, to);
        if (next - at >= kZerosOfATearMin && IsZeros(block.substr(at, next - at))) return true;
        at = next;
    }
    return false;
}

// Whether the record that is not whole looks as if parts of it had never reached the disk.
bool IsTorn(std::string_view block, std::size_t at) {
    if (block.size() - at < kHeaderBytes) return true;
    if (IsWholeButForItsHeader(block, at)) return false;
    const Header header = HeaderAt(block, at);
    std::size_t end = block.size();
    if (header.type != 0) {  // Else the header is torn itself, and says nothing of a length.
        end = at + kHeaderBytes + header.length;
        if (!IsKnown(header.type) || end > kBlockBytes) return false;
        if (end > block.size()) return true;
    }
    return HasTear(block, at, end);
}

/// The file block by block; the last one may be short, or empty.
class WalBlocks {
  public:
    explicit WalBlocks(rocksdb::FSSequentialFile& file) : file_(file) {}

    [[nodiscard]] std::string_view block() const { return {block_.data(), size_}; }
    [[nodiscard]] std::uint64_t offset() const { return offset_; }

    /// False at the end of the file.
    [[nodiscard]] bool Next(IOStatus* status) {
        offset_ += size_;
        size_ = 0;
        while (size_ < kBlockBytes) {
            rocksdb::Slice read;
            *status =
                file_.Read(kBlockBytes - size_, rocksdb::IOOptions(), &read, block_.data() + size_, /*dbg=*/nullptr);
            if (!status->ok()) return false;
            if (read.empty()) break;
            if (read.data() != block_.data() + size_) std::copy_n(read.data(), read.size(), block_.data() + size_);
            size_ += read.size();
        }
        return size_ > 0;
    }

  private:
    rocksdb::FSSequentialFile& file_;
    std::string block_ = std::string(kBlockBytes, '\0');
    std::size_t size_ = 0;
    std::uint64_t offset_ = 0;
};

// What stands behind `at` in this block and in those that follow.
IOStatus LookBehind(WalBlocks& blocks, std::size_t at, WalEnd::Behind* behind) {
    std::string_view block = blocks.block();
    bool empty = IsZeros(block.substr(at));
    const bool torn = empty || IsTorn(block, at);
    bool damage = !torn || HasBeginning(block, at + 1);
    IOStatus status;
    while (!damage && blocks.Next(&status)) {
        block = blocks.block();
        if (IsZeros(block)) continue;
        empty = false;
        damage = HasBeginning(block, 0);
    }
    *behind = damage ? WalEnd::Behind::kDamage : empty ? WalEnd::Behind::kNothing : WalEnd::Behind::kTornBatch;
    return status;
}

}  // namespace

IOStatus FindWalEnd(rocksdb::FSSequentialFile& file, WalEnd* end) {
    WalBlocks blocks(file);
    IOStatus status;
    *end = {};
    while (blocks.Next(&status)) {
        const std::string_view block = blocks.block();
        const std::size_t at = WholeRecords(block);
        end->bytes = blocks.offset() + at;
        const bool is_trailer = block.size() == kBlockBytes && block.size() - at < kHeaderBytes;
        if (!is_trailer && at < block.size()) return LookBehind(blocks, at, &end->behind);
    }
    return status;
}

}  // namespace throughline
