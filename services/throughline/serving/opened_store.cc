// The order of opening; each part needs the ones before.
#include "services/throughline/serving/opened_store.h"

#include <algorithm>

#include <fmt/format.h>

#include "eventstore/vault/key_file.h"
#include "eventstore/vault/rocks_key_store.h"

namespace throughline {

absl::StatusOr<std::unique_ptr<OpenedStore>> OpenedStore::Open(const StoreFolder& folder, const std::string& key_file,
                                                               std::function<void(const absl::Status&)> fatal) {
    if (!folder.Exists()) {
        return absl::NotFoundError(fmt::format("there is no store in {}; make one with: throughline init --store {}",
                                               folder.path, folder.path));
    }
    const absl::StatusOr<KeyEncryptionKey> key = ReadKeyFile(key_file);
    if (!key.ok()) return key.status();
    auto keys = RocksKeyStore::Open(folder.Keys(), nullptr, fatal);
    if (!keys.ok()) return keys.status();
    auto vault = Vault::Open(*std::move(keys), *key);
    if (!vault.ok()) return vault.status();

    std::unique_ptr<OpenedStore> store(new OpenedStore);
    store->vault_ = *std::move(vault);
    RocksLogOptions options;
    options.path = folder.Log();
    options.clock = &store->time_;
    options.fatal = fatal;
    auto records = RocksLog::Open(std::move(options));
    if (!records.ok()) return records.status();
    store->records_ = *std::move(records);

    store->signer_ = std::make_unique<VaultSigner>(*store->vault_, store->records_->StoreId());
    CheckpointerOptions checkpoints;
    checkpoints.path = folder.Checkpoint();
    checkpoints.fatal = std::move(fatal);
    auto checkpointer = Checkpointer::Open(std::move(checkpoints), *store->records_, *store->signer_);
    if (!checkpointer.ok()) return checkpointer.status();
    store->checkpointer_ = *std::move(checkpointer);

    store->log_ = std::make_unique<LocalEventLog>(*store->records_, *store->vault_);
    StandingClock* standing = store->records_->Synthetic() ? &store->time_.StandStill() : nullptr;
    store->store_clock_ = std::make_unique<StoreClock>(*store->log_, *store->vault_, store->time_, standing);
    const Instant start = std::max(store->records_->CreatedAt(), store->records_->LastRecordedAt());
    if (const absl::Status restored = store->store_clock_->Restore(start); !restored.ok()) return restored;
    store->erasure_ = std::make_unique<Erasure>(*store->log_, *store->records_, *store->vault_, store->time_);
    if (const absl::Status resumed = store->erasure_->ResumePending(); !resumed.ok()) return resumed;
    return store;
}

}  // namespace throughline
