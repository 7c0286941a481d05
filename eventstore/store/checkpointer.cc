// The tree that is signed is the writer's own: it only grows, and it began as the one that was checked when the log was
// opened.
#include "eventstore/store/checkpointer.h"

#include <utility>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/durable_file.h"

namespace throughline {
namespace {

absl::Status Refused(std::string_view reason, const std::string& text) {
    return WithReason(absl::DataLossError(text + ". nothing was started; bring back the files that belong together, or "
                                                 "restore a backup made after the last record"),
                      reason);
}

NoteKey KeyOf(const CheckpointSigner& signer) {
    return {signer.name(), signer.public_key()};
}

}  // namespace

absl::StatusOr<Checkpoint> CheckAgainstCheckpoint(const absl::StatusOr<std::string>& note, const std::string& path,
                                                  const RecordLog& log, const NoteKey& key) {
    if (absl::IsNotFound(note.status())) {
        return Refused(
            "CHECKPOINT_MISSING",
            fmt::format("the checkpoint {} is missing, so whether the log was changed cannot be told", path));
    }
    if (!note.ok()) return note.status();
    const auto checkpoint = VerifyCheckpoint(*note, key);
    if (!checkpoint.ok()) {
        return Refused("CHECKPOINT_DAMAGED", fmt::format("the checkpoint {} is not one that this store signed ({})",
                                                         path, std::string(checkpoint.status().message())));
    }
    const std::uint64_t end = ToUint64(log.End());
    if (end < checkpoint->size) {
        return Refused("LOG_SHORT", fmt::format("the log ends at {}, but its last checkpoint signs {}: {} records are "
                                                "missing",
                                                end, checkpoint->size, checkpoint->size - end));
    }
    const auto root = RootAt(log.TreeHashes(), checkpoint->size);
    if (!root.ok()) return root.status();
    if (*root != checkpoint->root) {
        return Refused("LOG_CHANGED", fmt::format("the first {} records are not those that the last checkpoint signs",
                                                  checkpoint->size));
    }
    return *checkpoint;
}

absl::Status Checkpointer::Init(const std::string& path, const CheckpointSigner& signer, rocksdb::Env* env) {
    const auto there = ReadDurableFile(env, path);
    if (there.ok()) return absl::OkStatus();
    if (!absl::IsNotFound(there.status())) return there.status();
    return ReplaceFile(env, path, SignCheckpoint(0, EmptyRoot(), signer));
}

absl::StatusOr<std::unique_ptr<Checkpointer>> Checkpointer::Open(CheckpointerOptions options, RecordLog& log,
                                                                 const CheckpointSigner& signer) {
    auto note = ReadDurableFile(options.env, options.path);
    const auto checkpoint = CheckAgainstCheckpoint(note, options.path, log, KeyOf(signer));
    if (!checkpoint.ok()) return checkpoint.status();
    return std::unique_ptr<Checkpointer>(
        new Checkpointer(std::move(options), log, signer, *std::move(note), checkpoint->size));
}

Checkpointer::Checkpointer(CheckpointerOptions options, RecordLog& log, const CheckpointSigner& signer,
                           std::string note, std::uint64_t size)
    : options_(std::move(options)), log_(log), signer_(signer), note_(std::move(note)), signed_size_(size) {
    listening_ = log_.Listen([this](Position end) {
        bool due = false;
        {
            const std::lock_guard lock(mutex_);
            due = !due_ && ToUint64(end) >= signed_size_ + options_.every_records;
            due_ = due_ || due;
        }
        if (due) wake_.notify_one();
    });
    thread_ = std::thread([this] { Run(); });
}

Checkpointer::~Checkpointer() {
    listening_.reset();
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_one();
    thread_.join();
    Sign().IgnoreError();  // Nobody is left to be told; the next start signs.
}

std::string Checkpointer::Latest() const {
    const std::lock_guard lock(mutex_);
    return note_;
}

absl::Status Checkpointer::Sign() {
    const std::lock_guard signing(signing_);
    const Frontier tree = log_.Tree();
    {
        const std::lock_guard lock(mutex_);
        if (tree.size() <= signed_size_) return absl::OkStatus();
    }
    std::string note = SignCheckpoint(tree.size(), tree.Root(), signer_);
    if (absl::Status written = ReplaceFile(options_.env, options_.path, note); !written.ok()) return written;
    const std::lock_guard lock(mutex_);
    note_ = std::move(note);
    signed_size_ = tree.size();
    return absl::OkStatus();
}

void Checkpointer::Run() {
    std::unique_lock lock(mutex_);
    while (!stop_) {
        wake_.wait_for(lock, options_.every, [this] { return stop_ || due_; });
        due_ = false;
        lock.unlock();
        const absl::Status status = Sign();
        if (!status.ok() && !absl::IsResourceExhausted(status)) {
            options_.fatal(status);
            return;
        }
        lock.lock();
    }
}

}  // namespace throughline
