// A log that counts what is read from it, by who reads: what a stream holds or costs shows there. It also tells when a
// thread is lent to it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "eventstore/log/record_log.h"

namespace throughline {

/// What was read by all who asked with queries of the same first tag; those without one are "".
struct ReadSoFar {
    std::uint64_t visits = 0;
    std::uint64_t bytes = 0;
};

/// Hands everything on to a real log.
class CountedLog final : public RecordLog {
  public:
    explicit CountedLog(RecordLog& log) : log_(log) {}

    [[nodiscard]] ReadSoFar ReadBy(const std::string& tag) const {
        const std::lock_guard lock(mutex_);
        const auto found = read_.find(tag);
        return found == read_.end() ? ReadSoFar{} : found->second;
    }

    /// Lets everybody who reads wait, until told to go on.
    void Hold(bool hold) {
        {
            const std::lock_guard lock(mutex_);
            held_ = hold;
        }
        released_.notify_all();
    }
    [[nodiscard]] int held() const { return held_readers_; }

    std::function<void()> on_lend;  ///< Called when a thread is lent; may be empty. Set it before calls run.

    absl::StatusOr<ReadProgress> Visit(const ReadOptions& options, RecordVisitor visitor) override {
        WaitWhileHeld();
        ReadSoFar now{1, 0};
        auto progress = log_.Visit(options, [&](const RecordView& record) {
            now.bytes += record.header.size() + record.sealed_body.size();
            visitor(record);
        });
        const auto& items = options.query.items;
        const std::lock_guard lock(mutex_);
        ReadSoFar& all = read_[items.empty() || items.front().tags.empty() ? "" : items.front().tags.front()];
        all.visits += now.visits;
        all.bytes += now.bytes;
        return progress;
    }
    void BeginAppend(SealedAppend request, AppendDone done) override {
        log_.BeginAppend(std::move(request), std::move(done));
    }
    void LendThread() override {
        if (on_lend) on_lend();
    }
    absl::StatusOr<std::optional<StoredCommand>> FindCommand(std::string_view hash) override {
        return log_.FindCommand(hash);
    }
    absl::StatusOr<std::uint64_t> DeleteBodies(SubjectId subject) override { return log_.DeleteBodies(subject); }
    [[nodiscard]] Position End() const override { return log_.End(); }
    std::shared_ptr<void> Listen(Listener listener) override { return log_.Listen(std::move(listener)); }
    [[nodiscard]] bool Writable() const override { return log_.Writable(); }
    [[nodiscard]] LogCounters Counters() const override { return log_.Counters(); }
    [[nodiscard]] Frontier Tree() const override { return log_.Tree(); }
    [[nodiscard]] const TreeSource& TreeHashes() const override { return log_.TreeHashes(); }
    [[nodiscard]] Uuid StoreId() const override { return log_.StoreId(); }
    [[nodiscard]] bool Synthetic() const override { return log_.Synthetic(); }

  private:
    void WaitWhileHeld() {
        std::unique_lock lock(mutex_);
        ++held_readers_;
        released_.wait(lock, [this] { return !held_; });
        --held_readers_;
    }

    RecordLog& log_;
    mutable std::mutex mutex_;
    std::condition_variable released_;
    bool held_ = false;
    std::atomic<int> held_readers_ = 0;
    std::map<std::string, ReadSoFar> read_;
};

}  // namespace throughline
