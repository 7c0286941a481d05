// The seam between a view and what feeds it: a view cannot tell the log in process from Kafka.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/base/position.h"
#include "eventstore/store/event_log.h"

namespace throughline {

/// A record on its way into a view.
struct FeedItem {
    Record record;
    std::string bookmark;  ///< Where the feed can go on after this record; opaque to the view, stored with its rows.
};

/// Brings records, at least once, in the log's order or with repeats and gaps that the runner sees by position.
/// Used by one thread.
class Feed {
  public:
    virtual ~Feed() = default;

    /// Goes on at the record `next`, or wherever at or before it `bookmark` says (empty: from the feed's own
    /// beginning).
    [[nodiscard]] virtual absl::Status Start(Position next, std::string_view bookmark) = 0;

    /// Waits up to `timeout` for more; none is not an error.
    ///   UNAVAILABLE   the source is out of reach: call again, it goes on where it was
    [[nodiscard]] virtual absl::StatusOr<std::vector<FeedItem>> Next(std::chrono::milliseconds timeout) = 0;

    /// "log" or "kafka".
    [[nodiscard]] virtual std::string_view Name() const = 0;
};

}  // namespace throughline
