// One of RocksDB's tables read where it stands in memory: no call of the system, no copy, no search through a cache.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/file_system.h>

#include "absl/container/inlined_vector.h"

namespace throughline {

/// A finished table whose keys are numbers of eight bytes, big-endian. It only ever says what it is sure of: whatever
/// is not as expected (another format, a checksum that does not fit, another kind of row) is left for RocksDB to read,
/// and to find fault with. Safe from many threads.
///
/// The file is mapped. A disk that fails under it shows as SIGBUS; see EndOnLostPages() in services/throughline.
/// It stays readable after its name is gone from the folder, and takes room on the disk until this is gone too.
class MappedTable {
  public:
    struct Row {
        std::uint64_t key = 0;
        std::string_view value;  ///< Points into the file; valid as long as the table.
    };
    /// Of one block, in order.
    using Rows = absl::InlinedVector<Row, 8>;

    /// Nothing where the file is not a table that can be read here.
    [[nodiscard]] static std::unique_ptr<const MappedTable> Open(rocksdb::FileSystem& files, const std::string& path);

    [[nodiscard]] std::size_t blocks() const { return last_keys_.size(); }

    /// The block in which the row with `key` stands, if there is one; blocks() behind the last.
    [[nodiscard]] std::size_t BlockOf(std::uint64_t key) const;

    /// Takes in the rows of a block; false where it is damaged, or holds what is no plain row.
    [[nodiscard]] bool ReadBlock(std::size_t block, Rows& rows) const;

    /// The processor fetches the block meanwhile.
    void FetchAhead(std::size_t block) const;

    /// The operating system brings the block from the disk meanwhile, and what follows, so many bytes in all.
    void LoadAhead(std::size_t block, std::size_t bytes = 0) const;

    /// So many bytes in front of the block count no longer as memory of the process, until they are read again.
    void LetGoBehind(std::size_t block, std::size_t bytes) const;

    /// Bytes of the file in front of the block.
    [[nodiscard]] std::uint64_t OffsetOf(std::size_t block) const { return offsets_[block]; }

  private:
    MappedTable() = default;

    [[nodiscard]] bool ReadIndex();
    /// The bytes of a block without its trailer, where its checksum fits.
    [[nodiscard]] std::optional<std::string_view> Block(std::uint64_t offset, std::uint64_t size) const;
    [[nodiscard]] bool AddBlocks(std::string_view index);
    void Advise(std::uint64_t from, std::uint64_t until, int advice) const;

    std::unique_ptr<rocksdb::FSRandomAccessFile> file_;
    std::string_view bytes_;
    // Of each block: no key in it is greater, and those of the next one are.
    std::vector<std::uint64_t> last_keys_;
    // Where each begins; and behind the last one, where that ends.
    std::vector<std::uint32_t> offsets_;
};

}  // namespace throughline
