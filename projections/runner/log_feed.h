// Feeds a view straight from the event log in the same process.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include "projections/runner/feed.h"

namespace throughline {

/// Reads on from a position, and waits for more without asking again and again. Its bookmark is empty: the position
/// says it all.
class LogFeed final : public Feed {
  public:
    /// `log` outlives the feed.
    explicit LogFeed(EventLog& log);

    [[nodiscard]] absl::Status Start(Position next, std::string_view bookmark) override;
    [[nodiscard]] absl::StatusOr<std::vector<FeedItem>> Next(std::chrono::milliseconds timeout) override;
    [[nodiscard]] std::string_view Name() const override { return "log"; }

  private:
    EventLog& log_;
    Position next_{};
    std::mutex mutex_;
    std::condition_variable longer_;
    Position end_{};
    std::shared_ptr<void> listening_;  // Last: no call comes any more once it is gone.
};

}  // namespace throughline
