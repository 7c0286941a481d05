// A view as it was known on a past day: the same fold, over what had been recorded by then.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/store/event_log.h"
#include "projections/runner/memory_rows.h"
#include "projections/runner/view.h"

namespace throughline {

/// The rows of one group, folded from the records with `recorded_at` at or before `instant`. Bodies whose key has been
/// destroyed since are erased at every instant.
///   RESOURCE_EXHAUSTED   over a hundred thousand records
///   DATA_LOSS            the view cannot fold what it finds
[[nodiscard]] absl::StatusOr<std::unique_ptr<MemoryRows>> FoldAsKnown(const View& view, EventLog& log,
                                                                      const std::string& group, Instant instant);

}  // namespace throughline
