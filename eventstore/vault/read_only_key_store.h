// The key store as it was at one moment, for whoever checks it while it is in use.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "eventstore/disk/rocks.h"
#include "eventstore/vault/key_store.h"

namespace throughline {

/// Reads the folder of a RocksKeyStore, also while a process has it open, and changes nothing in it. Safe from many
/// threads.
class ReadOnlyKeyStore final : public KeyStore {
  public:
    /// Errors as RocksKeyStore::Open, but that it is never locked.
    ///   UNAVAILABLE   it was changed too often while it was being opened (STORE_BUSY)
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<ReadOnlyKeyStore>> Open(const std::string& path,
                                                                                rocksdb::Env* env = nullptr);

    [[nodiscard]] absl::StatusOr<std::optional<std::string>> Get(std::string_view key) override;
    [[nodiscard]] absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Scan(
        std::string_view prefix) override;

    /// FAILED_PRECONDITION, always.
    [[nodiscard]] absl::Status Write(const std::vector<Change>& changes) override;
    [[nodiscard]] absl::Status Purge() override;

    [[nodiscard]] const Rocks& rocks() const { return rocks_; }

  private:
    explicit ReadOnlyKeyStore(Rocks rocks) : rocks_(std::move(rocks)) {}

    const Rocks rocks_;
};

}  // namespace throughline
