// The making of a store, in the order in which each part needs the one before.
#include "services/throughline/store_folder.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "eventstore/log/rocks_log.h"
#include "eventstore/vault/key_file.h"
#include "eventstore/vault/rocks_key_store.h"
#include "eventstore/vault/vault.h"

namespace throughline {
namespace {

absl::Status MakeFolder(const std::string& path) {
    std::error_code error;
    const std::filesystem::path parent = std::filesystem::path(path).parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent, error);
    if (error || (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)) {
        const std::string why = error ? error.message() : std::generic_category().message(errno);
        return absl::UnavailableError(fmt::format("cannot make the folder {}: {}", path, why));
    }
    return absl::OkStatus();
}

absl::Status MakeIssuer(const StoreFolder& folder, const Uuid& store_id) {
    const absl::StatusOr<TokenKeyPair> keys = MakeTokenKeys();
    if (!keys.ok()) return keys.status();
    if (const absl::Status made = MakeFolder(folder.Tokens()); !made.ok()) return made;
    for (const auto& [path, content] : {std::pair{folder.IssuerName(), SyntheticIssuer(store_id)},
                                        std::pair{folder.IssuerPublicKey(), keys->public_pem},
                                        std::pair{folder.IssuerPrivateKey(), keys->private_pem}}) {
        if (const absl::Status written = WritePrivateFile(path, content); !written.ok()) return written;
    }
    return absl::OkStatus();
}

absl::Status MakeVault(const StoreFolder& folder, const std::string& key_file) {
    if (const absl::Status made = CreateKeyFile(key_file); !made.ok()) return made;
    const absl::StatusOr<KeyEncryptionKey> key = ReadKeyFile(key_file);
    if (!key.ok()) return key.status();
    const auto keys = RocksKeyStore::Init(folder.Keys());
    if (!keys.ok()) return keys.status();
    return Vault::Initialise(**keys, *key);
}

}  // namespace

std::string StoreFolder::DefaultKeyFile() const {
    std::string stem = path;
    while (stem.size() > 1 && stem.back() == '/') stem.pop_back();
    return stem + ".key";
}

bool StoreFolder::Exists() const {
    std::error_code error;
    return std::filesystem::exists(Log(), error) || std::filesystem::exists(Keys(), error);
}

absl::Status MakeStore(const NewStore& store) {
    if (store.folder.Exists()) {
        return absl::AlreadyExistsError(
            fmt::format("there is a store in {} already; serve it, or choose another folder", store.folder.path));
    }
    const Uuid store_id = RandomUuid();
    for (const std::string& folder : {store.folder.path, store.folder.Views()}) {
        if (const absl::Status made = MakeFolder(folder); !made.ok()) return made;
    }
    if (store.synthetic) {
        if (const absl::Status made = MakeIssuer(store.folder, store_id); !made.ok()) return made;
    }
    if (const absl::Status made = MakeVault(store.folder, store.key_file); !made.ok()) return made;
    const StandingClock start(store.synthetic ? store.synthetic_start : SystemClock().Now());
    return RocksLog::Init({.path = store.folder.Log(),
                           .store_id = store_id,
                           .synthetic = store.synthetic,
                           .clock = &start,
                           .env = nullptr});
}

absl::StatusOr<TokenIssuer> OpenIssuer(const StoreFolder& folder, const Clock& clock) {
    absl::StatusOr<std::string> key = ReadSmallFile(folder.IssuerPrivateKey());
    absl::StatusOr<std::string> name = ReadSmallFile(folder.IssuerName());
    if (!key.ok() || !name.ok()) {
        return absl::FailedPreconditionError(fmt::format(
            "{} has no issuer of tokens: only synthetic stores have one; elsewhere tokens come from the school's "
            "sign-in service",
            folder.path));
    }
    return TokenIssuer(*std::move(key), *std::move(name), clock);
}

}  // namespace throughline
