// Between two syncs only one slot is written, so that a power cut finds the other one whole.
#include "eventstore/log/head_witness.h"

#include <utility>

namespace throughline {

HeadWitness::HeadWitness(std::unique_ptr<HeadFile> file, HeadState state, std::chrono::milliseconds sync_interval,
                         std::function<void(const absl::Status&)> failed)
    : file_(std::move(file)),
      failed_(std::move(failed)),
      state_{state.store_id, state.sequence + 1, state.writer_epoch, state.end},
      thread_([this, sync_interval] { Run(sync_interval); }) {}

HeadWitness::~HeadWitness() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    stopping_.notify_all();
    thread_.join();
    Sync().IgnoreError();  // Nobody is left to be told; the witness then stays behind the log, which is harmless.
}

absl::Status HeadWitness::Note(std::uint64_t writer_epoch, Position end) {
    const std::lock_guard lock(mutex_);
    state_.writer_epoch = writer_epoch;
    state_.end = end;
    unwritten_ = true;
    if (syncing_) return absl::OkStatus();
    return WriteLocked();
}

absl::Status HeadWitness::WriteLocked() {
    absl::Status written = file_->Write(state_.sequence % 2, state_);
    if (!written.ok()) return written;
    unwritten_ = false;
    unsynced_ = true;
    return absl::OkStatus();
}

absl::Status HeadWitness::Sync() {
    {
        const std::lock_guard lock(mutex_);
        if (unwritten_) {
            if (absl::Status written = WriteLocked(); !written.ok()) return written;
        }
        if (!unsynced_) return absl::OkStatus();
        syncing_ = true;
    }
    absl::Status synced = file_->Sync();
    const std::lock_guard lock(mutex_);
    syncing_ = false;
    if (!synced.ok()) return synced;
    unsynced_ = false;
    ++state_.sequence;
    if (unwritten_) return WriteLocked();
    return absl::OkStatus();
}

void HeadWitness::Run(std::chrono::milliseconds interval) {
    std::unique_lock lock(mutex_);
    while (!stopping_.wait_for(lock, interval, [this] { return stop_; })) {
        lock.unlock();
        const absl::Status synced = Sync();
        if (!synced.ok() && !absl::IsResourceExhausted(synced)) {
            failed_(synced);
            return;
        }
        lock.lock();
    }
}

}  // namespace throughline
