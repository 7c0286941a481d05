// A store, opened from the key file upwards: vault, log, checkpoints, erasures, clock.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/log/rocks_log.h"
#include "eventstore/store/checkpointer.h"
#include "eventstore/store/erasure.h"
#include "eventstore/store/local_event_log.h"
#include "eventstore/store/store_clock.h"
#include "eventstore/store/vault_signer.h"
#include "eventstore/vault/vault.h"
#include "services/throughline/store_folder.h"

namespace throughline {

/// The machine's time, or for a synthetic store one that stands still. Which of them is known once the log is open.
class StoreTime final : public Clock {
  public:
    [[nodiscard]] Instant Now() const override { return stands_ ? standing_.Now() : machine_.Now(); }

    /// From now on time stands still.
    StandingClock& StandStill() {
        stands_ = true;
        return standing_;
    }

  private:
    std::atomic<bool> stands_ = false;
    StandingClock standing_{Instant{}};
    SystemClock machine_;
};

/// Everything that knows the store's content. Its parts are used by reference, and stay in place.
class OpenedStore {
  public:
    /// Never creates anything. `fatal` is called at most once, from any thread, when the store can no longer be
    /// trusted. Errors as ReadKeyFile, RocksKeyStore::Open, Vault::Open, RocksLog::Open, Checkpointer::Open,
    /// Erasure::ResumePending.
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<OpenedStore>> Open(
        const StoreFolder& folder, const std::string& key_file, std::function<void(const absl::Status&)> fatal);

    [[nodiscard]] RocksLog& records() { return *records_; }
    [[nodiscard]] Vault& vault() { return *vault_; }
    [[nodiscard]] EventLog& log() { return *log_; }
    [[nodiscard]] Erasure& erasure() { return *erasure_; }
    [[nodiscard]] StoreClock& store_clock() { return *store_clock_; }
    [[nodiscard]] const CheckpointSigner& signer() const { return *signer_; }
    [[nodiscard]] const Checkpointer& checkpointer() const { return *checkpointer_; }
    [[nodiscard]] const Clock& clock() const { return time_; }

  private:
    OpenedStore() = default;

    StoreTime time_;
    std::unique_ptr<Vault> vault_;
    std::unique_ptr<RocksLog> records_;
    std::unique_ptr<VaultSigner> signer_;
    std::unique_ptr<Checkpointer> checkpointer_;
    std::unique_ptr<LocalEventLog> log_;
    std::unique_ptr<Erasure> erasure_;
    std::unique_ptr<StoreClock> store_clock_;
};

}  // namespace throughline
