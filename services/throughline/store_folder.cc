// The making of a store, in the order in which each part needs the one before.
#include "services/throughline/store_folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/log/rocks_log.h"
#include "eventstore/store/checkpointer.h"
#include "eventstore/store/vault_signer.h"
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
        return WithReason(absl::UnavailableError(fmt::format("cannot make the folder {}: {}", path, why)), "IO_ERROR");
    }
    return absl::OkStatus();
}

/// Before anything is made: what cannot get a key file should leave no half of a store.
absl::Status CheckKeyFile(const NewStore& store) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (fs::exists(fs::symlink_status(store.key_file, error))) {
        return absl::AlreadyExistsError(fmt::format(
            "there is a file {} already; a key is never overwritten: use it, or name another", store.key_file));
    }
    const fs::path folder = fs::path(store.key_file).parent_path();
    if (folder.empty() || fs::is_directory(folder, error)) return absl::OkStatus();
    // The store's folder and those above it are still to be made.
    const fs::path wanted = fs::absolute(folder, error).lexically_normal();
    const fs::path made = fs::absolute(store.folder.path, error).lexically_normal();
    if (std::mismatch(wanted.begin(), wanted.end(), made.begin(), made.end()).first == wanted.end()) {
        return absl::OkStatus();
    }
    return WithReason(absl::UnavailableError(fmt::format("cannot make the key file {}: there is no folder {}",
                                                         store.key_file, folder.string())),
                      "IO_ERROR");
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

/// The key file, the key store, and the first checkpoint, which only the key store can sign.
absl::Status MakeKeys(const StoreFolder& folder, const std::string& key_file, const Uuid& store_id) {
    if (const absl::Status made = CreateKeyFile(key_file); !made.ok()) return made;
    const absl::StatusOr<KeyEncryptionKey> key = ReadKeyFile(key_file);
    if (!key.ok()) return key.status();
    auto keys = RocksKeyStore::Init(folder.Keys());
    if (!keys.ok()) return keys.status();
    if (const absl::Status made = Vault::Initialise(**keys, *key); !made.ok()) return made;
    const auto vault = Vault::Open(*std::move(keys), *key);
    if (!vault.ok()) return vault.status();
    if (const absl::Status made = MakeFolder(folder.Log()); !made.ok()) return made;
    return Checkpointer::Init(folder.Checkpoint(), VaultSigner(**vault, store_id));
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
    if (const absl::Status checked = CheckKeyFile(store); !checked.ok()) return checked;
    const Uuid store_id = RandomUuid();
    for (const std::string& folder : {store.folder.path, store.folder.Views()}) {
        if (const absl::Status made = MakeFolder(folder); !made.ok()) return made;
    }
    if (store.synthetic) {
        if (const absl::Status made = MakeIssuer(store.folder, store_id); !made.ok()) return made;
    }
    if (const absl::Status made = MakeKeys(store.folder, store.key_file, store_id); !made.ok()) return made;
    const StandingClock start(store.synthetic ? store.synthetic_start : SystemClock().Now());
    return RocksLog::Init({.path = store.folder.Log(),
                           .store_id = store_id,
                           .synthetic = store.synthetic,
                           .clock = &start,
                           .env = nullptr});
}

absl::StatusOr<TokenIssuer> OpenIssuer(const StoreFolder& folder, const Clock& clock) {
    if (!folder.Exists()) return absl::NotFoundError(fmt::format("there is no store in {}", folder.path));
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
