// A witness beside the key store of how many writes it took: RocksDB opens without a word when its last log was deleted
// or cut.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <rocksdb/file_system.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace throughline {

/// A file with two checksummed slots, a page apart, so that a torn write reaches only one. For one thread at a time.
class WriteWitness {
  public:
    /// Makes the file, synced, with no writes seen; replaces an old one.
    [[nodiscard]] static absl::Status Create(rocksdb::FileSystem& files, const std::string& path);

    ///   DATA_LOSS    it is missing or damaged (reason KEY_STORE_WITNESS)
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<WriteWitness>> Open(rocksdb::FileSystem& files,
                                                                            const std::string& path);

    /// The number of the last write that the file saw, without opening it for writing. Errors as Open().
    [[nodiscard]] static absl::StatusOr<std::uint64_t> ReadSeen(rocksdb::FileSystem& files, const std::string& path);

    /// The number of the last write that was seen.
    [[nodiscard]] std::uint64_t seen() const { return seen_; }

    /// Durable on return. After an error the file may be behind, never ahead.
    [[nodiscard]] absl::Status See(std::uint64_t write);

  private:
    WriteWitness(std::unique_ptr<rocksdb::FSRandomRWFile> file, std::uint64_t seen);

    const std::unique_ptr<rocksdb::FSRandomRWFile> file_;
    std::uint64_t seen_;
};

}  // namespace throughline
