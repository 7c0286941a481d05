// flock() of the folder itself. It goes with the process, however that ends.
#include "eventstore/disk/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace throughline {

std::optional<FolderLock> FolderLock::Share(const std::string& folder) {
    return Take(folder, LOCK_SH);
}

std::optional<FolderLock> FolderLock::TryAlone(const std::string& folder) {
    return Take(folder, LOCK_EX | LOCK_NB);
}

std::optional<FolderLock> FolderLock::Take(const std::string& folder, int how) {
    FolderLock lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (lock.descriptor_ < 0) return std::nullopt;
    int result = 0;
    do {
        result = ::flock(lock.descriptor_, how);
    } while (result != 0 && errno == EINTR);
    if (result != 0) return std::nullopt;
    return lock;
}

FolderLock::~FolderLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace throughline
