// The log in memory: for tests of what stands above it. Passes the same contract tests as the log on disk.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "eventstore/base/clock.h"
#include "eventstore/log/listeners.h"
#include "eventstore/log/prepared_append.h"
#include "eventstore/log/record_log.h"

namespace throughline {

struct MemoryLogOptions {
    Uuid store_id = RandomUuid();
    bool synthetic = false;
};

/// Everything in one vector, found by looking at each record. Safe from many threads.
class MemoryLog final : public RecordLog {
  public:
    /// `clock` must outlive the log; it is read once an append.
    explicit MemoryLog(const Clock& clock, const MemoryLogOptions& options = {});

    void BeginAppend(SealedAppend request, AppendDone done) override;
    [[nodiscard]] absl::StatusOr<std::optional<StoredCommand>> FindCommand(std::string_view command_hash) override;
    [[nodiscard]] absl::StatusOr<ReadProgress> Visit(const ReadOptions& options, RecordVisitor visitor) override;
    [[nodiscard]] Position End() const override;
    [[nodiscard]] std::shared_ptr<void> Listen(Listener listener) override;
    [[nodiscard]] absl::StatusOr<std::uint64_t> DeleteBodies(SubjectId subject) override;
    [[nodiscard]] bool Writable() const override { return true; }
    [[nodiscard]] LogCounters Counters() const override;
    [[nodiscard]] Frontier Tree() const override;
    [[nodiscard]] const TreeSource& TreeHashes() const override { return tree_; }
    [[nodiscard]] Uuid StoreId() const override { return store_id_; }
    [[nodiscard]] bool Synthetic() const override { return synthetic_; }

  private:
    struct Entry {
        std::string type;
        std::vector<std::string> tags;
        SubjectId subject;
        StoredRecord stored;
    };

    /// Every hash is computed when it is asked for.
    class MemoryTree final : public TreeSource {
      public:
        explicit MemoryTree(const MemoryLog& log) : log_(log) {}
        [[nodiscard]] absl::StatusOr<std::vector<TreeHash>> Hashes(unsigned level, std::uint64_t first,
                                                                   std::uint64_t count) const override;

      private:
        const MemoryLog& log_;
    };

    [[nodiscard]] absl::StatusOr<AppendOutcome> Add(PreparedAppend& prepared);
    [[nodiscard]] absl::Status CheckCondition(const Condition& condition) const;
    void Store(SealedEvent& event, Instant recorded_at);

    const Clock& clock_;
    const Uuid store_id_;
    const bool synthetic_;
    Listeners listeners_;
    std::mutex notifying_;  // Keeps the ends that listeners see in order. Taken before `mutex_`.
    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
    std::map<std::string, StoredCommand, std::less<>> commands_;
    std::set<SubjectId> erased_;
    std::vector<TreeHash> leaves_;
    const MemoryTree tree_{*this};
    Instant last_recorded_at_{};
};

}  // namespace throughline
