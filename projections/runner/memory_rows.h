// Rows in memory: for views "as known on" a past day, and for tests.
#pragma once

#include <array>
#include <mutex>

#include "projections/runner/row_store.h"

namespace throughline {

/// Keeps rows until it is destroyed.
class MemoryRows final : public RowStore {
  public:
    [[nodiscard]] absl::StatusOr<Mark> MarkOf(RowSet set) override;
    [[nodiscard]] absl::StatusOr<std::optional<std::string>> Get(RowSet set, std::string_view group,
                                                                 std::string_view key) override;
    [[nodiscard]] absl::StatusOr<std::vector<Row>> Scan(RowSet set, std::string_view group,
                                                        const std::optional<std::string>& after,
                                                        std::size_t limit) override;
    [[nodiscard]] absl::Status Visit(RowSet set, const Visitor& visitor) override;
    [[nodiscard]] absl::StatusOr<std::map<std::string, std::string>> Parked(RowSet set) override;
    [[nodiscard]] absl::Status Commit(RowSet set, const RowChanges& changes) override;
    [[nodiscard]] absl::Status ClearBeside() override;
    [[nodiscard]] absl::Status Swap(std::string_view bookmark) override;
    [[nodiscard]] absl::Status Purge() override { return absl::OkStatus(); }

  private:
    struct Set {
        std::map<std::string, std::map<std::string, std::string>, std::less<>> groups;
        std::map<std::string, std::string> parked;
        Mark mark;
    };
    Set& Of(RowSet set) { return sets_[static_cast<std::size_t>(set)]; }

    std::mutex mutex_;
    std::array<Set, 2> sets_;
};

}  // namespace throughline
