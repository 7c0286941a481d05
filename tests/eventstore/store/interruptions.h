// Wrappers that fail the Nth change to a key store or a log, before or after it took effect, and everything after it: a
// crash between any two steps.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "eventstore/log/record_log.h"
#include "eventstore/vault/key_store.h"

namespace throughline {

/// Counts the changes of all that it is given to.
class Interruption {
  public:
    /// Fails the `n`th change and all after it; 0: none. `after_effect`: the `n`th happens, but its answer is lost.
    explicit Interruption(int n, bool after_effect) : fails_at_(n), after_effect_(after_effect) {}

    template <class Result, class Change>
    Result Around(Change change) {
        ++changes_;
        if (fails_at_ == 0 || changes_ < fails_at_) return change();
        if (changes_ == fails_at_ && after_effect_) (void)change();
        return absl::UnavailableError("interrupted");
    }
    [[nodiscard]] bool Happened() const { return fails_at_ != 0 && changes_ >= fails_at_; }

  private:
    const int fails_at_;
    const bool after_effect_;
    int changes_ = 0;
};

class InterruptedKeyStore final : public KeyStore {
  public:
    InterruptedKeyStore(KeyStore& store, Interruption& interruption) : store_(store), interruption_(interruption) {}
    absl::StatusOr<std::optional<std::string>> Get(std::string_view key) override { return store_.Get(key); }
    absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Scan(std::string_view prefix) override {
        return store_.Scan(prefix);
    }
    absl::Status Write(const std::vector<Change>& changes) override {
        return interruption_.Around<absl::Status>([&] { return store_.Write(changes); });
    }
    absl::Status Purge() override {
        return interruption_.Around<absl::Status>([&] { return store_.Purge(); });
    }

  private:
    KeyStore& store_;
    Interruption& interruption_;
};

class InterruptedRecordLog final : public RecordLog {
  public:
    InterruptedRecordLog(RecordLog& log, Interruption& interruption) : log_(log), interruption_(interruption) {}
    void BeginAppend(SealedAppend request, AppendDone done) override {
        done(interruption_.Around<absl::StatusOr<AppendOutcome>>([&] { return log_.Append(std::move(request)); }));
    }
    absl::StatusOr<std::uint64_t> DeleteBodies(SubjectId subject) override {
        return interruption_.Around<absl::StatusOr<std::uint64_t>>([&] { return log_.DeleteBodies(subject); });
    }
    absl::StatusOr<std::optional<StoredCommand>> FindCommand(std::string_view hash) override {
        return log_.FindCommand(hash);
    }
    absl::StatusOr<ReadProgress> Visit(const ReadOptions& options, RecordVisitor visitor) override {
        return log_.Visit(options, visitor);
    }
    [[nodiscard]] Position End() const override { return log_.End(); }
    std::shared_ptr<void> Listen(Listener listener) override { return log_.Listen(std::move(listener)); }
    [[nodiscard]] bool Writable() const override { return log_.Writable(); }
    [[nodiscard]] LogCounters Counters() const override { return log_.Counters(); }
    [[nodiscard]] Frontier Tree() const override { return log_.Tree(); }
    [[nodiscard]] const TreeSource& TreeHashes() const override { return log_.TreeHashes(); }
    [[nodiscard]] Uuid StoreId() const override { return log_.StoreId(); }
    [[nodiscard]] bool Synthetic() const override { return log_.Synthetic(); }

  private:
    RecordLog& log_;
    Interruption& interruption_;
};

}  // namespace throughline
