// Signs how far the log goes, every so many records or seconds, and holds the log to what was signed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/ledger/checkpoint.h"
#include "eventstore/log/record_log.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace throughline {

struct CheckpointerOptions {
    std::string path;  ///< The file that holds the latest checkpoint.
    /// Whichever comes first: so many records, or the first look after so long at which there are new ones.
    std::uint64_t every_records = 10'000;
    std::chrono::milliseconds every{1'000};
    /// Called once, from the signing thread, when a checkpoint cannot be written though the disk has room. Required.
    std::function<void(const absl::Status& why)> fatal;
    rocksdb::Env* env = nullptr;  ///< For fault injection; absent: the real file system.
};

/// Keeps one file: the latest checkpoint as a signed note (c2sp.org/tlog-checkpoint). A checkpoint is only signed where
/// the tree begins with the one signed before. Safe from many threads.
class Checkpointer {
  public:
    /// Writes the checkpoint of the empty log, where there is none. For `init`.
    [[nodiscard]] static absl::Status Init(const std::string& path, const CheckpointSigner& signer,
                                           rocksdb::Env* env = nullptr);

    /// Holds the log to the last checkpoint, then begins to sign. What is passed must outlive it.
    ///   DATA_LOSS   there is no checkpoint (CHECKPOINT_MISSING), it is not signed with this store's key
    ///               (CHECKPOINT_DAMAGED), the log ends before it (LOG_SHORT), or what it signs is not what the log
    ///               begins with (LOG_CHANGED): exit 7
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<Checkpointer>> Open(CheckpointerOptions options, RecordLog& log,
                                                                            const CheckpointSigner& signer);

    /// Signs what there is, then ends.
    ~Checkpointer();

    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    /// The latest checkpoint, as a signed note.
    [[nodiscard]] std::string Latest() const;

    /// Signs now what is durable now; nothing happens where the latest checkpoint says as much.
    [[nodiscard]] absl::Status Sign();

  private:
    Checkpointer(CheckpointerOptions options, RecordLog& log, const CheckpointSigner& signer, std::string note,
                 std::uint64_t size);

    void Run();

    const CheckpointerOptions options_;
    RecordLog& log_;
    const CheckpointSigner& signer_;
    std::mutex signing_;  // One checkpoint after the other. Taken before `mutex_`.
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::string note_;
    std::uint64_t signed_size_ = 0;
    bool due_ = false;
    bool stop_ = false;
    std::shared_ptr<void> listening_;
    std::thread thread_;
};

/// Holds a log to a checkpoint that its store signed. Errors as Checkpointer::Open.
[[nodiscard]] absl::StatusOr<Checkpoint> CheckAgainstCheckpoint(const absl::StatusOr<std::string>& note,
                                                                const std::string& path, const RecordLog& log,
                                                                const NoteKey& key);

}  // namespace throughline
