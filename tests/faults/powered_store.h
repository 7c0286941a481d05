// A whole store in this process whose power can be cut: log and keys on one fault file system, publisher, two views.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "eventstore/base/clock.h"
#include "eventstore/disk/fault_file_system.h"
#include "eventstore/log/rocks_log.h"
#include "eventstore/publisher/publisher.h"
#include "eventstore/store/local_event_log.h"
#include "eventstore/vault/vault.h"
#include "projections/chronology/chronology.h"
#include "projections/runner/rocks_rows.h"
#include "projections/runner/runner.h"
#include "tests/projections/runner/temporary_folder.h"

namespace throughline {

/// What stands between one start and the next power cut.
struct RunningStore {
    std::unique_ptr<Vault> vault;
    std::unique_ptr<RocksLog> records;
    std::unique_ptr<LocalEventLog> log;
    std::unique_ptr<Publisher> publisher;
    std::unique_ptr<RocksRows> rows_from_log;
    std::unique_ptr<RocksRows> rows_from_kafka;
    std::unique_ptr<Runner> from_log;
    std::unique_ptr<Runner> from_kafka;
};

/// One power cut takes log and keys back to what was synced; views lose the end of what they never sync. The broker is
/// another machine, and stays. One thread starts and stops it; Use() is safe from many.
class PoweredStore {
  public:
    explicit PoweredStore(KafkaConnection kafka);

    /// Makes the empty log and key store.
    [[nodiscard]] absl::Status Init();

    /// Opens everything, and lets callers in.
    [[nodiscard]] absl::Status Start();

    /// Cuts the power at the `nth` operation on the disk from now.
    void CutPowerAt(std::uint64_t nth) { faults_->FailAt(nth, Fault::kKill); }
    [[nodiscard]] bool PowerIsCut() const { return faults_->fired(); }

    /// After a cut: waits until no caller is inside, ends what still runs, and drops what was not synced.
    void FallDown(std::mt19937& random);

    /// Runs `use` while the store is up, waiting for start number `start` or a later one. Returns the number of the
    /// start it ran in; nothing once callers were let go.
    [[nodiscard]] std::optional<std::uint64_t> Use(std::uint64_t start, const std::function<void(RunningStore&)>& use);

    /// From now on Use() waits for nothing.
    void LetCallersGo();

    /// For the thread that starts it, while it is up.
    [[nodiscard]] RunningStore& running() { return *running_; }
    [[nodiscard]] const View& view() const { return view_; }

    /// What log, keys and publisher found wrong so far.
    [[nodiscard]] std::vector<absl::Status> Fatal() const;

  private:
    [[nodiscard]] absl::Status Open(RunningStore& store);
    [[nodiscard]] absl::Status OpenViews(RunningStore& store);
    void NoteFatal(const absl::Status& why);

    const KafkaConnection kafka_;
    const TemporaryFolder folder_;
    const SystemClock clock_;
    const Chronology view_;
    const std::shared_ptr<FaultFileSystem> faults_;
    const std::unique_ptr<rocksdb::Env> env_;

    unsigned tries_ = 0;
    std::uint64_t published_ = 0;  // All before this position were in the topic at the last cut.

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<absl::Status> fatal_;
    std::uint64_t starts_ = 0;
    int inside_ = 0;
    bool open_ = false;
    bool let_go_ = false;
    std::unique_ptr<RunningStore> running_;
};

}  // namespace throughline
