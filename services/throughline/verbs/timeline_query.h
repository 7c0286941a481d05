// Asks for a whole chronology, page by page.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "services/throughline/verbs/connection.h"
#include "throughline/views/v1/chronology_service.pb.h"

namespace throughline {

/// A day, a minute or an instant, in which knowledge grew.
struct AsKnownOn {
    Instant start;
    Instant end;  ///< Its last microsecond.
};

struct TimelineQuery {
    std::string pupil_id;  ///< This, or
    std::string upn;       ///< that.
    std::optional<AsKnownOn> as_known_on{};
    std::string consistency_token{};  ///< Wait until the view has seen this.
};

/// Every entry, in one response. A day or minute that has begun and not ended on the store's clock is asked about as of
/// now. At most 50,000 entries: more are RESOURCE_EXHAUSTED.
[[nodiscard]] absl::StatusOr<views::v1::GetChronologyResponse> AskForTimeline(const Connection& connection,
                                                                              const ConnectionSettings& settings,
                                                                              TimelineQuery query);

/// "2026-03-12" (that day in Europe/London), "2026-03-12 15:30" (that minute), or an instant as in RFC 3339.
/// INVALID_ARGUMENT for anything else.
[[nodiscard]] absl::StatusOr<AsKnownOn> ParseAsKnownOn(const std::string& text);

}  // namespace throughline
