// The HEAD file: a witness beside the database of how long the log was, in two slots so that one is always whole.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <rocksdb/file_system.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/position.h"
#include "eventstore/base/uuid.h"

namespace throughline {

/// What a slot says.
struct HeadState {
    Uuid store_id;
    std::uint64_t sequence = 0;  ///< Goes up with each write: the higher slot counts.
    std::uint64_t writer_epoch = 0;
    Position end{};

    bool operator==(const HeadState&) const = default;
};

/// The bytes of a slot, checksum included; see docs/storage-format.md.
[[nodiscard]] std::string EncodeHeadSlot(const HeadState& state);

/// Nothing where the checksum or anything else is wrong.
[[nodiscard]] std::optional<HeadState> DecodeHeadSlot(std::string_view bytes);

/// Makes the file, synced, with `state` in its first slot; replaces an old one.
[[nodiscard]] absl::Status CreateHeadFile(rocksdb::FileSystem& files, const std::string& path, const HeadState& state);

/// The slot that counts.
///   NOT_FOUND            there is no file
///   DATA_LOSS            neither slot is whole (HEAD_DAMAGED)
[[nodiscard]] absl::StatusOr<HeadState> ReadHeadFile(rocksdb::FileSystem& files, const std::string& path);

/// An open file. For one thread at a time.
class HeadFile {
  public:
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<HeadFile>> Open(rocksdb::FileSystem& files,
                                                                        const std::string& path);

    /// Writes one of the slots (0 or 1), unsynced.
    [[nodiscard]] absl::Status Write(std::size_t slot, const HeadState& state);
    [[nodiscard]] absl::Status Sync();

  private:
    explicit HeadFile(std::unique_ptr<rocksdb::FSRandomRWFile> file) : file_(std::move(file)) {}

    const std::unique_ptr<rocksdb::FSRandomRWFile> file_;
};

}  // namespace throughline
