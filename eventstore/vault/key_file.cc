// Writes and reads the key file with plain system calls: permissions and syncs are the point.
#include "eventstore/vault/key_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

constexpr std::string_view kComment =
    "# Key-encryption key of a Throughline store. Keep a copy apart from the store and its backups:\n"
    "# without it nothing of the store can be read, by anybody.\n";
constexpr std::size_t kFileBytesMax = 4096;
constexpr std::size_t kHexDigits = std::tuple_size_v<KeyEncryptionKey> * 2;

/// Closes a file descriptor.
class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) close(fd_);
    }
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

absl::Status DiskRefused(std::string_view doing, const std::string& path, int error) {
    return WithReason(absl::UnavailableError(fmt::format("{} {}: {}", doing, path, std::strerror(error))), "IO_ERROR");
}

absl::Status WriteAll(int fd, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const ssize_t written = write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return DiskRefused("writing the key file", path, errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (fsync(fd) != 0) return DiskRefused("syncing the key file", path, errno);
    return absl::OkStatus();
}

absl::Status SyncFolderOf(const std::string& path) {
    std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (folder.empty()) folder = ".";
    const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.get() < 0 || fsync(opened.get()) != 0) {
        return DiskRefused("syncing the folder of the key file", path, errno);
    }
    return absl::OkStatus();
}

absl::Status Malformed(const std::string& path) {
    return WithReason(absl::InvalidArgumentError(fmt::format(
                          "{} is not a key file: it needs exactly one line of {} hexadecimal digits beside comments; "
                          "restore it from where you keep it",
                          path, kHexDigits)),
                      "KEY_FILE_MALFORMED");
}

absl::StatusOr<std::size_t> ReadUpTo(int fd, std::array<char, kFileBytesMax + 1>& buffer, const std::string& path) {
    std::size_t filled = 0;
    while (filled < buffer.size()) {
        const ssize_t got = read(fd, buffer.data() + filled, buffer.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return DiskRefused("reading the key file", path, errno);
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

bool Decode(std::string_view text, KeyEncryptionKey& key) {
    bool found = false;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty() || line.starts_with('#')) continue;
        std::size_t length = 0;
        if (found || line.size() != kHexDigits ||
            sodium_hex2bin(key.data(), key.size(), line.data(), line.size(), nullptr, &length, nullptr) != 0 ||
            length != key.size()) {
            return false;
        }
        found = true;
    }
    return found;
}

}  // namespace

absl::Status CreateKeyFile(const std::string& path) {
    const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (file.get() < 0) {
        if (errno == EEXIST) {
            return absl::AlreadyExistsError(
                fmt::format("there is a file {} already; a key is never overwritten: use it, or name another", path));
        }
        return DiskRefused("making the key file", path, errno);
    }
    KeyEncryptionKey key;
    std::array<char, kHexDigits + 1> hex{};
    randombytes_buf(key.data(), key.size());
    sodium_bin2hex(hex.data(), hex.size(), key.data(), key.size());
    sodium_memzero(key.data(), key.size());
    absl::Status written = WriteAll(file.get(), kComment, path);
    hex.back() = '\n';
    if (written.ok()) written = WriteAll(file.get(), {hex.data(), hex.size()}, path);
    sodium_memzero(hex.data(), hex.size());
    if (written.ok()) written = SyncFolderOf(path);
    if (!written.ok()) unlink(path.c_str());
    return written;
}

absl::StatusOr<KeyEncryptionKey> ReadKeyFile(const std::string& path) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) {
        if (errno != ENOENT) return DiskRefused("opening the key file", path, errno);
        return WithReason(absl::NotFoundError(fmt::format("there is no key file {}; restore it from where you keep it: "
                                                          "without it nothing of the store can be read",
                                                          path)),
                          "KEY_FILE_MISSING");
    }
    struct stat about {};
    if (fstat(file.get(), &about) != 0) return DiskRefused("looking at the key file", path, errno);
    if (!S_ISREG(about.st_mode)) return Malformed(path);
    if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return WithReason(absl::FailedPreconditionError(fmt::format(
                              "the key file {} has mode {:04o}, so others than its owner may reach it; make it 0600",
                              path, about.st_mode & 07777U)),
                          "KEY_FILE_EXPOSED");
    }
    std::array<char, kFileBytesMax + 1> buffer{};
    const absl::StatusOr<std::size_t> filled = ReadUpTo(file.get(), buffer, path);
    KeyEncryptionKey key{};
    const bool decoded = filled.ok() && *filled <= kFileBytesMax && Decode({buffer.data(), *filled}, key);
    sodium_memzero(buffer.data(), buffer.size());
    if (!filled.ok()) return filled.status();
    if (!decoded) {
        sodium_memzero(key.data(), key.size());
        return Malformed(path);
    }
    return key;
}

}  // namespace throughline
