// The tree computed anew from the headers, against the hashes that are stored of it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <rocksdb/iterator.h>

#include "absl/status/status.h"
#include "eventstore/ledger/frontier.h"
#include "eventstore/log/log_check_records.h"
#include "eventstore/log/log_check_report.h"
#include "eventstore/log/log_families.h"

namespace throughline {

/// Never takes a stored hash for true. For one thread. What it is given must outlive it.
class TreeCheck final : public RecordObserver {
  public:
    /// `root_at`: a number of records whose root is wanted.
    TreeCheck(const LogFamilies& families, std::optional<std::uint64_t> root_at, CheckReport& report);

    [[nodiscard]] absl::Status Take(const CheckedRecord& record) override;
    void Miss(Position first, Position last) override;

    /// After the last record: what is stored and should not be.
    [[nodiscard]] absl::Status Finish(Position end);

    /// The root that was wanted; nothing where the log is shorter, or a record before was missing.
    [[nodiscard]] const std::optional<TreeHash>& root() const { return root_; }

  private:
    [[nodiscard]] absl::Status Compare(const CompleteSubtree& subtree);
    void NoteRoot();

    const LogFamilies& families_;
    const std::optional<std::uint64_t> root_at_;
    CheckReport& report_;
    Frontier tree_;
    std::vector<CompleteSubtree> complete_;
    std::map<unsigned, std::unique_ptr<rocksdb::Iterator>> rows_;  // By level.
    std::optional<Position> stopped_;                              // The first record that was missing.
    Position last_missing_{};
    std::optional<TreeHash> root_;
    std::uint64_t compared_ = 0;
};

}  // namespace throughline
