// Who reads a database beside its writer, and who writes over what nobody reads, keep out of each other's way.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace throughline {

/// A lock on a folder, until it is destroyed; it changes nothing in the folder. It holds against other processes and
/// against other locks of this one, and has nothing to do with the lock by which RocksDB keeps a second writer out.
class FolderLock {
  public:
    /// Along with others that share it; waits while somebody has it alone. Nothing where the folder cannot be locked.
    [[nodiscard]] static std::optional<FolderLock> Share(const std::string& folder);
    /// Alone. Nothing where somebody has it, and where the folder cannot be locked.
    [[nodiscard]] static std::optional<FolderLock> TryAlone(const std::string& folder);

    FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FolderLock& operator=(FolderLock&&) = delete;
    ~FolderLock();

  private:
    explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
    [[nodiscard]] static std::optional<FolderLock> Take(const std::string& folder, int how);

    int descriptor_;
};

}  // namespace throughline
