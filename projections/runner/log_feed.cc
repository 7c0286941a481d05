// The log in process as a feed.
#include "projections/runner/log_feed.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace throughline {

LogFeed::LogFeed(EventLog& log) : log_(log) {}

absl::Status LogFeed::Start(Position next, std::string_view /*bookmark*/) {
    next_ = next;
    if (!listening_) {
        listening_ = log_.Listen([this](Position end) {
            const std::lock_guard lock(mutex_);
            end_ = std::max(end_, end);
            longer_.notify_one();
        });
    }
    const Position end = log_.End();
    if (end < next) {
        return absl::DataLossError(
            fmt::format("the log ends at {}, but the view has taken in {} records: it is another log's "
                        "view, or the log lost its end; rebuild the view",
                        ToUint64(end), ToUint64(next)));
    }
    const std::lock_guard lock(mutex_);
    end_ = std::max(end_, end);
    return absl::OkStatus();
}

absl::StatusOr<std::vector<FeedItem>> LogFeed::Next(std::chrono::milliseconds timeout) {
    {
        std::unique_lock lock(mutex_);
        if (!longer_.wait_for(lock, timeout, [this] { return next_ < end_; })) return std::vector<FeedItem>{};
    }
    ReadOptions options;
    options.from = next_;
    absl::StatusOr<RecordBatch> batch = log_.Read(options);
    if (!batch.ok()) return batch.status();
    std::vector<FeedItem> items;
    items.reserve(batch->records.size());
    for (Record& record : batch->records) items.push_back({std::move(record), {}});
    if (!items.empty()) next_ = throughline::Next(items.back().record.position);
    return items;
}

}  // namespace throughline
