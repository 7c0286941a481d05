// The postings of tags and types against the headers that they are made from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/label.h"
#include "eventstore/log/log_check_ranges.h"
#include "eventstore/log/log_check_records.h"
#include "eventstore/log/log_check_report.h"
#include "eventstore/log/log_check_types.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/posting.h"

namespace throughline {

/// Each label of each record has its entry, with the right frame and type, and there is no other. Names the places only
/// where sums differ, in a second look. For one thread. What it is given must outlive it.
class IndexCheck final : public RecordObserver {
  public:
    IndexCheck(const LogFamilies& families, TypeCheck& types, CheckReport& report, CheckProgress progress);

    [[nodiscard]] absl::Status Take(const CheckedRecord& record) override;
    void Miss(Position first, Position last) override { missed_.Add(first, last); }

    /// After the last record.
    [[nodiscard]] absl::Status Finish();

    /// Whether every header could be read.
    [[nodiscard]] bool saw_all() const { return missed_.empty(); }

  private:
    struct Entry {
        Label label;
        PostingEntry posting;
    };
    struct Differing;

    /// False where not all of them can be read, which was reported.
    [[nodiscard]] absl::StatusOr<bool> SumPostings();
    [[nodiscard]] absl::Status Compare(std::vector<std::uint64_t> ranges);
    [[nodiscard]] absl::Status Collect(const std::vector<std::uint64_t>& ranges, Differing& found);
    void Tell(const Differing& found);
    /// `tell`: report keys that are none.
    [[nodiscard]] rocksdb::Status VisitPostings(
        bool tell, absl::FunctionRef<void(const Label& label, Position first, rocksdb::Slice value)> visit);

    const LogFamilies& families_;
    TypeCheck& types_;
    CheckReport& report_;
    const CheckProgress progress_;
    RangeSums sums_;
    MissedPositions missed_;
};

}  // namespace throughline
