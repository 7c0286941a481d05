// A vault over a key store that survives it, so that a test can open it again as a restart would.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "eventstore/vault/memory_key_store.h"
#include "eventstore/vault/vault.h"

namespace throughline {

/// Hands every call on to a store that it does not own.
class BorrowedKeyStore final : public KeyStore {
  public:
    explicit BorrowedKeyStore(KeyStore& store) : store_(store) {}
    absl::StatusOr<std::optional<std::string>> Get(std::string_view key) override { return store_.Get(key); }
    absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Scan(std::string_view prefix) override {
        return store_.Scan(prefix);
    }
    absl::Status Write(const std::vector<Change>& changes) override { return store_.Write(changes); }
    absl::Status Purge() override { return store_.Purge(); }

  private:
    KeyStore& store_;
};

inline KeyEncryptionKey TestKek() {
    KeyEncryptionKey kek{};
    kek.fill(7);
    return kek;
}

inline std::unique_ptr<Vault> OpenVault(KeyStore& store) {
    auto vault = Vault::Open(std::make_unique<BorrowedKeyStore>(store), TestKek());
    EXPECT_TRUE(vault.ok()) << vault.status();
    return *std::move(vault);
}

/// Makes the secrets of an empty store and opens it.
inline std::unique_ptr<Vault> NewVault(KeyStore& store) {
    const absl::Status initialised = Vault::Initialise(store, TestKek());
    EXPECT_TRUE(initialised.ok()) << initialised;
    return OpenVault(store);
}

}  // namespace throughline
