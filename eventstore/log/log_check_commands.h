// The index of commands against the requests that stand in the log.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/command_row.h"
#include "eventstore/log/log_check_ranges.h"
#include "eventstore/log/log_check_records.h"
#include "eventstore/log/log_check_report.h"
#include "eventstore/log/log_families.h"

namespace throughline {

/// Each request has the row of its command, and there is no other. Works as IndexCheck does. For one thread. What it is
/// given must outlive it.
class CommandCheck final : public RecordObserver {
  public:
    CommandCheck(const LogFamilies& families, CheckReport& report, CheckProgress progress);

    [[nodiscard]] absl::Status Take(const CheckedRecord& record) override;
    void Miss(Position first, Position last) override { missed_.Add(first, last); }

    /// After the last record.
    [[nodiscard]] absl::Status Finish();

  private:
    struct Entry {
        std::array<char, 16> hash{};
        CommandRow row;
    };

    /// False where not all of them can be read, which was reported.
    [[nodiscard]] absl::StatusOr<bool> SumRows();
    [[nodiscard]] absl::Status Compare(std::vector<std::uint64_t> ranges);
    void Tell(std::vector<Entry> expected, std::vector<Entry> stored);
    [[nodiscard]] rocksdb::Status VisitRows(bool tell, absl::FunctionRef<void(const Entry& entry)> visit);

    const LogFamilies& families_;
    CheckReport& report_;
    const CheckProgress progress_;
    RangeSums sums_;
    MissedPositions missed_;
};

}  // namespace throughline
