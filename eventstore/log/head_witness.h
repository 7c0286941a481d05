// Keeps the HEAD file up with the log: written after each commit, synced beside it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "absl/status/status.h"
#include "eventstore/log/head_file.h"

namespace throughline {

/// Behind the log by a second at most after a power cut, by nothing after a kill, and never ahead of it.
class HeadWitness {
  public:
    /// `state` is what the synced file says now. `failed` is called with an I/O error, from the syncing thread.
    HeadWitness(std::unique_ptr<HeadFile> file, HeadState state, std::chrono::milliseconds sync_interval,
                std::function<void(const absl::Status&)> failed);

    /// Writes what is left and syncs it.
    ~HeadWitness();

    HeadWitness(const HeadWitness&) = delete;
    HeadWitness& operator=(const HeadWitness&) = delete;

    /// Says that everything below `end` is durable in the log. Does not wait for the disk.
    [[nodiscard]] absl::Status Note(std::uint64_t writer_epoch, Position end);

  private:
    [[nodiscard]] absl::Status WriteLocked();
    [[nodiscard]] absl::Status Sync();
    void Run(std::chrono::milliseconds interval);

    const std::unique_ptr<HeadFile> file_;
    const std::function<void(const absl::Status&)> failed_;
    std::mutex mutex_;
    std::condition_variable stopping_;
    HeadState state_;       // Goes into slot `sequence` mod 2 until the next sync; the other slot is whole on disk.
    bool syncing_ = false;  // Nothing is written meanwhile: the slot under way is not whole yet.
    bool unwritten_ = false;
    bool unsynced_ = false;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace throughline
