// OpenSSL's elliptic-curve keys, and files of mode 0600.
#include "services/auth/token_keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>

namespace throughline {
namespace {

constexpr std::size_t kFileBytesMax = 64 * 1024;
constexpr std::string_view kCurve = "prime256v1";

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string Text(BIO& bio) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(&bio, &data);
    return {data, static_cast<std::size_t>(length)};
}

absl::Status FileError(std::string_view doing, const std::string& path, int error) {
    return absl::UnavailableError(fmt::format("cannot {} {}: {}", doing, path, std::generic_category().message(error)));
}

}  // namespace

absl::StatusOr<TokenKeyPair> MakeTokenKeys() {
    const Key key(EVP_EC_gen(kCurve.data()), &EVP_PKEY_free);
    const Bio secret(BIO_new(BIO_s_mem()), &BIO_free);
    const Bio open(BIO_new(BIO_s_mem()), &BIO_free);
    if (!key || !secret || !open ||
        PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
        PEM_write_bio_PUBKEY(open.get(), key.get()) != 1) {
        return absl::InternalError("openssl made no P-256 key pair");
    }
    return TokenKeyPair{Text(*secret), Text(*open)};
}

absl::Status CheckPublicKey(std::string_view pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
    const Key key(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr) : nullptr, &EVP_PKEY_free);
    char curve[64] = {};
    std::size_t length = 0;
    if (!key || EVP_PKEY_get_group_name(key.get(), curve, sizeof curve, &length) != 1 ||
        std::string_view(curve, length) != kCurve) {
        return absl::InvalidArgumentError(
            "not the PEM of a P-256 public key; make one with: openssl ec -in private.pem -pubout -out public.pem");
    }
    return absl::OkStatus();
}

absl::StatusOr<std::string> ReadSmallFile(const std::string& path) {
    std::error_code unknown;
    if (std::filesystem::exists(path, unknown) && !std::filesystem::is_regular_file(path, unknown)) {
        return absl::InvalidArgumentError(fmt::format("{} is not a regular file", path));
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        const int error = errno;
        if (error == ENOENT) return absl::NotFoundError(fmt::format("there is not a regular file {}", path));
        return absl::PermissionDeniedError(
            fmt::format("cannot open {}: {}", path, std::generic_category().message(error)));
    }
    std::string content(kFileBytesMax + 1, '\0');
    file.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (file.bad()) return absl::PermissionDeniedError(fmt::format("cannot read {}", path));
    content.resize(static_cast<std::size_t>(file.gcount()));
    if (content.size() > kFileBytesMax) {
        return absl::InvalidArgumentError(fmt::format("{} has more than {} bytes", path, kFileBytesMax));
    }
    return content;
}

absl::Status WritePrivateFile(const std::string& path, std::string_view content) {
    const std::string draft = path + ".new";
    const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return FileError("create", draft, errno);
    // A left-over draft keeps its own mode.
    bool good = ::fchmod(file, 0600) == 0;
    std::string_view left = content;
    while (good && !left.empty()) {
        const ssize_t written = ::write(file, left.data(), left.size());
        good = written > 0;
        if (good) left.remove_prefix(static_cast<std::size_t>(written));
    }
    good = good && ::fsync(file) == 0;
    const int error = errno;
    ::close(file);
    if (!good) return FileError("write", draft, error);
    if (std::rename(draft.c_str(), path.c_str()) != 0) return FileError("rename to", path, errno);
    return absl::OkStatus();
}

}  // namespace throughline
