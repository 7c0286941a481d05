// From a query to the walk that finds what it matches.
#pragma once

#include <memory>

#include "eventstore/base/query.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/position_cursor.h"
#include "eventstore/log/type_ids.h"

namespace throughline {

/// `families` must outlive the cursor. The query must have passed CheckQuery(), and each of its items must ask for
/// something: see MatchesEverything().
[[nodiscard]] std::unique_ptr<PositionCursor> WalkQuery(const LogFamilies& families, const TypeIds& types,
                                                        const Query& query, const Walk& walk);

/// The same for one item.
[[nodiscard]] std::unique_ptr<PositionCursor> WalkItem(const LogFamilies& families, const TypeIds& types,
                                                       const QueryItem& item, const Walk& walk);

}  // namespace throughline
