// Walks over the records that the index knows under one tag or type, one posting at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "eventstore/log/label.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/position_cursor.h"

namespace throughline {

/// `type_ids` (any where empty) are those of the records wanted.
/// `families` must outlive the cursor. Errors of its calls: DATA_LOSS for a damaged posting, and I/O errors.
[[nodiscard]] std::unique_ptr<PositionCursor> WalkPostings(const LogFamilies& families, const Label& label,
                                                           std::vector<std::uint32_t> type_ids, const Walk& walk);

}  // namespace throughline
