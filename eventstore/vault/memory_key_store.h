// A key store in memory, for tests: the fake that passes the same contract as the real one.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "eventstore/vault/key_store.h"

namespace throughline {

/// Keeps rows until it is destroyed. Safe from many threads.
class MemoryKeyStore final : public KeyStore {
  public:
    [[nodiscard]] absl::StatusOr<std::optional<std::string>> Get(std::string_view key) override;
    [[nodiscard]] absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Scan(
        std::string_view prefix) override;
    [[nodiscard]] absl::Status Write(const std::vector<Change>& changes) override;
    [[nodiscard]] absl::Status Purge() override;

  private:
    std::mutex mutex_;
    std::map<std::string, std::string, std::less<>> rows_;
};

}  // namespace throughline
