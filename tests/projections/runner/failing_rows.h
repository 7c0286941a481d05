// Rows whose Nth call fails, for every N: what a crash, or a full disk, between any two calls leaves behind.
#pragma once

#include <atomic>

#include "projections/runner/row_store.h"

namespace throughline {

/// Passes calls on to `rows`, which outlives it, until the one that is to fail; that one, and all after it, fail.
class FailingRows final : public RowStore {
  public:
    FailingRows(RowStore& rows, int fail_at) : rows_(rows), left_(fail_at - 1) {}

    [[nodiscard]] bool failed() const { return failed_; }

    absl::StatusOr<Mark> MarkOf(RowSet set) override {
        if (auto status = Count(); !status.ok()) return status;
        return rows_.MarkOf(set);
    }
    absl::StatusOr<std::optional<std::string>> Get(RowSet set, std::string_view group, std::string_view key) override {
        if (auto status = Count(); !status.ok()) return status;
        return rows_.Get(set, group, key);
    }
    absl::StatusOr<std::vector<Row>> Scan(RowSet set, std::string_view group, const std::optional<std::string>& after,
                                          std::size_t limit) override {
        if (auto status = Count(); !status.ok()) return status;
        return rows_.Scan(set, group, after, limit);
    }
    absl::Status Visit(RowSet set, const Visitor& visitor) override {
        if (auto status = Count(); !status.ok()) return status;
        return rows_.Visit(set, visitor);
    }
    absl::StatusOr<std::map<std::string, std::string>> Parked(RowSet set) override {
        if (auto status = Count(); !status.ok()) return status;
        return rows_.Parked(set);
    }
    absl::Status Commit(RowSet set, const RowChanges& changes) override {
        if (auto status = Count(); !status.ok()) return status;
        return rows_.Commit(set, changes);
    }
    absl::Status ClearBeside() override {
        if (auto status = Count(); !status.ok()) return status;
        return rows_.ClearBeside();
    }
    absl::Status Swap(std::string_view bookmark) override {
        if (auto status = Count(); !status.ok()) return status;
        return rows_.Swap(bookmark);
    }
    absl::Status Purge() override {
        if (auto status = Count(); !status.ok()) return status;
        return rows_.Purge();
    }

  private:
    absl::Status Count() {
        if (left_-- > 0) return absl::OkStatus();
        failed_ = true;
        return absl::UnavailableError("the disk refused");
    }

    RowStore& rows_;
    std::atomic<int> left_;
    std::atomic<bool> failed_ = false;
};

}  // namespace throughline
