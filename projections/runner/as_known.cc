// Folds one group into memory, up to an instant.
#include "projections/runner/as_known.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "projections/runner/folding.h"

namespace throughline {

absl::StatusOr<std::unique_ptr<MemoryRows>> FoldAsKnown(const View& view, EventLog& log, const std::string& group,
                                                        Instant instant) {
    absl::StatusOr<std::vector<Record>> records = ReadGroup(view, log, group, log.End());
    if (!records.ok()) return records.status();
    // recorded_at never runs backwards along the log, so what was known then is a beginning of it.
    const auto later = std::partition_point(records->begin(), records->end(), [instant](const Record& record) {
        return FromMicros(record.header.recorded_at_us()) <= instant;
    });
    records->erase(later, records->end());
    auto store = std::make_unique<MemoryRows>();
    RowChanges changes;
    changes.dropped.insert(group);
    Rows rows(*store, RowSet::kServed, group, changes);
    if (const absl::Status status = FoldGroup(view, *records, rows); !status.ok()) {
        return absl::DataLossError(
            fmt::format("the {} of {} cannot be folded: {}", view.Name(), group, std::string(status.message())));
    }
    if (!rows.trouble().ok()) return rows.trouble();
    if (auto status = store->Commit(RowSet::kServed, changes); !status.ok()) return status;
    return store;
}

}  // namespace throughline
