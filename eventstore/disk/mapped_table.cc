// RocksDB's block-based table of format version 5, as its wiki describes it: blocks of rows, an index, a footer of 53
// bytes. Only what our own options write is read: no compression, XXH3, an index of one level with plain keys.
#include "eventstore/disk/mapped_table.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

#include <xxhash.h>

#include "eventstore/base/number_bytes.h"

namespace throughline {
namespace {

constexpr std::size_t kFooterBytes = 53;
constexpr std::size_t kMagicBytes = 8;
constexpr std::uint64_t kMagic = 0x88e241b785f4cff7;
constexpr std::uint32_t kFormatVersion = 5;
constexpr std::uint8_t kXxh3 = 4;
// Behind each block: how it is compressed, and four bytes of checksum.
constexpr std::size_t kTrailerBytes = 5;
constexpr char kNotCompressed = 0;

constexpr std::size_t kKeyBytes = 8;
// Behind each key of a row: its sequence number, and in the lowest byte what kind of row it is.
constexpr std::size_t kInternalKeyBytes = kKeyBytes + 8;
constexpr std::uint8_t kPlainRow = 1;

constexpr std::size_t kCacheLineBytes = 64;

std::uint32_t LittleEndian32(const char* at) {
    std::uint32_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
}

std::uint64_t LittleEndian64(const char* at) {
    std::uint64_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
}

/// The first eight bytes as a number; of a shorter key as if zeros followed.
std::uint64_t NumberOf(std::string_view key) {
    const std::string_view bytes = key.substr(0, kKeyBytes);
    return FromBigEndian(bytes) << (8 * (kKeyBytes - bytes.size()));
}

/// The entries of a block, without the list of restarts behind them.
std::optional<std::string_view> EntriesOf(std::string_view block) {
    constexpr std::size_t kNumber = sizeof(std::uint32_t);
    if (block.size() < kNumber) return std::nullopt;
    const std::uint64_t restarts = LittleEndian32(block.data() + block.size() - kNumber);
    if (restarts > block.size() / kNumber - 1) return std::nullopt;
    return block.substr(0, block.size() - kNumber * (restarts + 1));
}

}  // namespace

std::unique_ptr<const MappedTable> MappedTable::Open(rocksdb::FileSystem& files, const std::string& path) {
    const rocksdb::IOOptions io;
    std::uint64_t size = 0;
    if (!files.GetFileSize(path, io, &size, nullptr).ok()) return nullptr;
    if (size < kFooterBytes || size > std::numeric_limits<std::uint32_t>::max()) return nullptr;
    rocksdb::FileOptions options;
    options.use_mmap_reads = true;
    std::unique_ptr<MappedTable> table(new MappedTable);
    if (!files.NewRandomAccessFile(path, options, &table->file_, nullptr).ok()) return nullptr;
    // Whoever asks for one block does not want its neighbours from the disk too.
    table->file_->Hint(rocksdb::FSRandomAccessFile::kRandom);
    rocksdb::Slice whole;
    // Mapped files need no place to be copied to; another kind would have to say so.
    if (!table->file_->Read(0, size, io, &whole, nullptr, nullptr).ok() || whole.size() != size) return nullptr;
    if (whole.data() == nullptr) return nullptr;
    table->bytes_ = whole.ToStringView();
    if (!table->ReadIndex()) return nullptr;
    return table;
}

bool MappedTable::ReadIndex() {
    const std::string_view footer = bytes_.substr(bytes_.size() - kFooterBytes);
    const char* const magic = footer.data() + footer.size() - kMagicBytes;
    if (LittleEndian64(magic) != kMagic || LittleEndian32(magic - sizeof(std::uint32_t)) != kFormatVersion ||
        static_cast<std::uint8_t>(footer.front()) != kXxh3) {
        return false;
    }
    std::string_view handles = footer.substr(1);
    // Of the block about blocks, which is not needed here.
    if (!TakeVarint(handles) || !TakeVarint(handles)) return false;
    const auto offset = TakeVarint(handles);
    const auto size = TakeVarint(handles);
    if (!offset || !size) return false;
    const auto block = Block(*offset, *size);
    const auto entries = block ? EntriesOf(*block) : std::nullopt;
    return entries && AddBlocks(*entries) && offsets_.back() <= *offset;
}

// Each entry has a whole key, since each is a restart, and where its block begins and how long it is. The blocks must
// follow one another without a gap from the beginning of the file: what was read otherwise than meant would not.
bool MappedTable::AddBlocks(std::string_view index) {
    offsets_.push_back(0);
    while (!index.empty()) {
        const auto shared = TakeVarint(index);
        const auto key_bytes = TakeVarint(index);
        const auto key = key_bytes ? TakeBytes(index, *key_bytes) : std::nullopt;
        const auto offset = TakeVarint(index);
        const auto size = TakeVarint(index);
        if (!shared || !key || !offset || !size) return false;
        if (*shared != 0 || key->empty() || key->size() > kKeyBytes || *offset != offsets_.back()) return false;
        if (*size > bytes_.size() || *offset + *size + kTrailerBytes > bytes_.size()) return false;
        // A key of fewer bytes is one that was cut short: it stands in front of all that begin with it.
        const std::uint64_t last_key = NumberOf(*key) - (key->size() < kKeyBytes ? 1 : 0);
        if (!last_keys_.empty() && last_key <= last_keys_.back()) return false;
        last_keys_.push_back(last_key);
        offsets_.push_back(static_cast<std::uint32_t>(*offset + *size + kTrailerBytes));
    }
    last_keys_.shrink_to_fit();
    offsets_.shrink_to_fit();
    return !last_keys_.empty();
}

std::optional<std::string_view> MappedTable::Block(std::uint64_t offset, std::uint64_t size) const {
    if (size > bytes_.size() || offset > bytes_.size() - size || bytes_.size() - size - offset < kTrailerBytes) {
        return std::nullopt;
    }
    const std::string_view block = bytes_.substr(offset, size);
    const char* const trailer = block.data() + size;
    if (*trailer != kNotCompressed) return std::nullopt;
    // The kind of compression is mixed into the checksum; of none, which is 0, nothing is left.
    if (static_cast<std::uint32_t>(XXH3_64bits(block.data(), size)) != LittleEndian32(trailer + 1)) return std::nullopt;
    return block;
}

// Keys lie nearly as far apart as their blocks, so it is not far from where a straight line would have it: most of the
// search stays within a line or two of the processor's cache.
std::size_t MappedTable::BlockOf(std::uint64_t key) const {
    if (key <= last_keys_.front()) return 0;
    if (key > last_keys_.back()) return blocks();
    const auto distance = [&](std::uint64_t to) { return static_cast<double>(to - last_keys_.front()); };
    const double share = distance(key) / distance(last_keys_.back());
    const auto guess = std::min(static_cast<std::size_t>(share * static_cast<double>(blocks() - 1)), blocks() - 1);
    std::size_t low = guess;   // last_keys_[low] < key
    std::size_t high = guess;  // last_keys_[high] >= key
    for (std::size_t step = 2; last_keys_[low] >= key; step *= 4) low -= std::min(step, low);
    for (std::size_t step = 2; last_keys_[high] < key; step *= 4) high = std::min(high + step, blocks() - 1);
    const auto from = last_keys_.begin() + static_cast<std::ptrdiff_t>(low);
    const auto to = last_keys_.begin() + static_cast<std::ptrdiff_t>(high);
    return static_cast<std::size_t>(std::lower_bound(from, to, key) - last_keys_.begin());
}

bool MappedTable::ReadBlock(std::size_t block, Rows& rows) const {
    rows.clear();
    const std::uint64_t offset = offsets_[block];
    const auto bytes = Block(offset, offsets_[block + 1] - offset - kTrailerBytes);
    auto entries = bytes ? EntriesOf(*bytes) : std::nullopt;
    if (!entries) return false;
    std::array<char, kInternalKeyBytes> key{};
    while (!entries->empty()) {
        const auto shared = TakeVarint(*entries);
        const auto own = TakeVarint(*entries);
        const auto value_bytes = TakeVarint(*entries);
        if (!shared || !own || !value_bytes) return false;
        const auto own_key = TakeBytes(*entries, *own);
        const auto value = TakeBytes(*entries, *value_bytes);
        if (!own_key || !value) return false;
        if (*own > key.size() || *shared != key.size() - *own || (rows.empty() && *shared != 0)) return false;
        std::memcpy(key.data() + *shared, own_key->data(), *own);
        if (static_cast<std::uint8_t>(key[kKeyBytes]) != kPlainRow) return false;
        rows.push_back({NumberOf({key.data(), kKeyBytes}), *value});
    }
    return true;
}

void MappedTable::FetchAhead(std::size_t block) const {
    const char* const end = bytes_.data() + offsets_[block + 1];
    for (const char* at = bytes_.data() + offsets_[block]; at < end; at += kCacheLineBytes) __builtin_prefetch(at);
}

void MappedTable::LoadAhead(std::size_t block, std::size_t bytes) const {
    const std::uint64_t until = std::min<std::uint64_t>(offsets_[block] + bytes, bytes_.size());
    Advise(offsets_[block], std::max<std::uint64_t>(until, offsets_[block + 1]), MADV_WILLNEED);
}

void MappedTable::LetGoBehind(std::size_t block, std::size_t bytes) const {
    Advise(offsets_[block] - std::min<std::uint64_t>(bytes, offsets_[block]), offsets_[block], MADV_DONTNEED);
}

// It is a wish: whether it is granted is not asked. A page that is in it in part is read, but not let go of.
void MappedTable::Advise(std::uint64_t from, std::uint64_t until, int advice) const {
    static const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    from = from / page_bytes * page_bytes;
    if (advice == MADV_DONTNEED) until = until / page_bytes * page_bytes;
    if (from < until) static_cast<void>(::madvise(const_cast<char*>(bytes_.data() + from), until - from, advice));
}

}  // namespace throughline
