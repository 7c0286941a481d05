// Rows in an ordered map under one mutex.
#include "eventstore/vault/memory_key_store.h"

namespace throughline {

absl::StatusOr<std::optional<std::string>> MemoryKeyStore::Get(std::string_view key) {
    const std::lock_guard lock(mutex_);
    const auto row = rows_.find(key);
    if (row == rows_.end()) return std::optional<std::string>{};
    return std::optional<std::string>(row->second);
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> MemoryKeyStore::Scan(std::string_view prefix) {
    const std::lock_guard lock(mutex_);
    std::vector<std::pair<std::string, std::string>> found;
    for (auto row = rows_.lower_bound(prefix); row != rows_.end() && row->first.starts_with(prefix); ++row) {
        found.emplace_back(*row);
    }
    return found;
}

absl::Status MemoryKeyStore::Write(const std::vector<Change>& changes) {
    const std::lock_guard lock(mutex_);
    for (const Change& change : changes) {
        if (change.value) {
            rows_.insert_or_assign(change.key, *change.value);
        } else {
            rows_.erase(change.key);
        }
    }
    return absl::OkStatus();
}

absl::Status MemoryKeyStore::Purge() {
    return absl::OkStatus();
}

}  // namespace throughline
