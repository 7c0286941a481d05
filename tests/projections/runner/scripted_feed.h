// A feed that brings what a test puts into it, in whatever order and as often as the test likes.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "projections/runner/feed.h"

namespace throughline {

/// What a scripted feed is told, and what it was told. Shared between test and runner.
struct Script {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::vector<FeedItem>> batches;
    int failures = 0;              ///< So many calls fail before the next batch comes.
    std::string started_bookmark;  ///< As the runner handed it in.

    void Bring(std::vector<FeedItem> batch) {
        const std::lock_guard lock(mutex);
        batches.push_back(std::move(batch));
        changed.notify_all();
    }
};

class ScriptedFeed final : public Feed {
  public:
    explicit ScriptedFeed(Script& script) : script_(script) {}

    absl::Status Start(Position /*next*/, std::string_view bookmark) override {
        const std::lock_guard lock(script_.mutex);
        script_.started_bookmark = bookmark;
        return absl::OkStatus();
    }

    absl::StatusOr<std::vector<FeedItem>> Next(std::chrono::milliseconds timeout) override {
        std::unique_lock lock(script_.mutex);
        if (script_.failures > 0) {
            --script_.failures;
            return absl::UnavailableError("the broker is out of reach");
        }
        script_.changed.wait_for(lock, timeout, [this] { return !script_.batches.empty(); });
        if (script_.batches.empty()) return std::vector<FeedItem>{};
        std::vector<FeedItem> batch = std::move(script_.batches.front());
        script_.batches.pop_front();
        return batch;
    }

    [[nodiscard]] std::string_view Name() const override { return "script"; }

  private:
    Script& script_;
};

}  // namespace throughline
