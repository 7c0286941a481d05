// The loop that keeps a view up to date, and the pauses when it cannot.
#include "projections/runner/runner.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "projections/runner/folding.h"

namespace throughline {
namespace {

// How long the feed may hold the thread: also how long a stop, or a swap after a rebuild, may have to wait for it.
constexpr std::chrono::milliseconds kFeedWait(50);
constexpr std::chrono::milliseconds kPauseMin(20);
constexpr std::chrono::milliseconds kPauseMax(5'000);

}  // namespace

Runner::Runner(const View& view, std::unique_ptr<Feed> feed, EventLog& log, RowStore& rows)
    : view_(view), feed_(std::move(feed)), log_(log), rows_(rows), waiters_(std::string(view.Name()), kWaitingMax) {
    status_.set_name(std::string(view.Name()));
    status_.set_source(std::string(feed_->Name()));
    status_.set_version(view.Version());
}

Runner::~Runner() {
    Stop();
}

void Runner::Start() {
    const std::lock_guard lock(mutex_);
    running_ = true;
    thread_ = std::thread([this] { Run(); });
}

void Runner::Stop() {
    stopping_ = true;
    {
        const std::lock_guard lock(mutex_);
        running_ = false;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
    waiters_.Stop();
}

std::uint64_t Runner::WhenReached(Position end, Waiters::Deadline deadline, Waiters::Callback callback) {
    return waiters_.Add(end, deadline, std::move(callback));
}

views::v1::FollowerStatus Runner::Status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

void Runner::Run() {
    bool prepared = false;
    bool started = false;
    std::chrono::milliseconds pause = kPauseMin;
    while (!Stopping()) {
        absl::Status status;
        if (!prepared) status = PrepareRows();
        prepared = status.ok();
        if (prepared && !started) {
            status = StartFeed();
            started = status.ok();
        }
        if (started) status = TakeIn();
        Report(status);
        SwapIfAsked();
        if (status.ok()) {
            pause = kPauseMin;
            continue;
        }
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, pause, [this] { return Stopping() || swap_asked_; });
        pause = std::min(2 * pause, kPauseMax);
    }
    // Nobody will put a rebuilt set in place any more.
    const std::lock_guard lock(mutex_);
    if (swap_asked_) swap_status_ = absl::CancelledError("the service is stopping; ask again when it is up");
    swap_asked_ = false;
    changed_.notify_all();
}

absl::Status Runner::PrepareRows() {
    absl::StatusOr<Mark> mark = rows_.MarkOf(RowSet::kServed);
    if (!mark.ok()) return mark.status();
    if (mark->version != 0 && mark->log != log_.StoreId()) {
        spdlog::warn("view {} has rows of another log: they are dropped", view_.Name());
        if (auto status = rows_.ClearBeside(); !status.ok()) return status;
        if (auto status = rows_.Swap(""); !status.ok()) return status;
    } else if (mark->version != 0 && mark->version != view_.Version()) {
        spdlog::info("view {} is built anew: version {} before, {} now", view_.Name(), mark->version, view_.Version());
        if (auto status = BuildBeside(); !status.ok()) return status;
        if (auto status = PutInPlace(); !status.ok()) return status;
    }
    absl::StatusOr<Folding> folding = Folding::Begin(view_, log_, rows_, RowSet::kServed);
    if (!folding.ok()) return folding.status();
    mark = rows_.MarkOf(RowSet::kServed);
    if (!mark.ok()) return mark.status();
    folding->TakeUpParked();
    if (auto status = folding->Commit(mark->bookmark); !status.ok()) return status;
    if (auto status = Committed(); !status.ok()) return status;
    const std::lock_guard lock(mutex_);
    prepared_ = true;
    changed_.notify_all();
    return absl::OkStatus();
}

absl::Status Runner::StartFeed() {
    const absl::StatusOr<Mark> mark = rows_.MarkOf(RowSet::kServed);
    if (!mark.ok()) return mark.status();
    return feed_->Start(mark->next, mark->bookmark);
}

absl::Status Runner::TakeIn() {
    if (items_.empty()) {
        absl::StatusOr<std::vector<FeedItem>> items = feed_->Next(kFeedWait);
        if (!items.ok()) return items.status();
        items_ = *std::move(items);
    }
    // Also with nothing to fold: a purge may be owed.
    if (items_.empty()) return rows_.Purge();
    if (auto status = Fold(items_); !status.ok()) return status;
    items_.clear();
    return absl::OkStatus();
}

absl::Status Runner::Fold(const std::vector<FeedItem>& items) {
    absl::StatusOr<Folding> folding = Folding::Begin(view_, log_, rows_, RowSet::kServed);
    if (!folding.ok()) return folding.status();
    std::string bookmark;
    bool any = false;
    for (const FeedItem& item : items) {
        const Position position = item.record.position;
        if (position < folding->next()) continue;
        if (folding->next() < position) {
            if (any) {
                if (auto status = folding->Commit(bookmark); !status.ok()) return status;
            }
            if (auto status = FillGap(position); !status.ok()) return status;
            folding = Folding::Begin(view_, log_, rows_, RowSet::kServed);
            if (!folding.ok()) return folding.status();
        }
        if (auto status = folding->Take(item.record); !status.ok()) return status;
        bookmark = item.bookmark;
        any = true;
    }
    // Also where all was taken in before: what follows a commit may have failed then.
    if (!any) return Committed();
    if (auto status = folding->Commit(bookmark); !status.ok()) return status;
    return Committed();
}

absl::Status Runner::FillGap(Position until) {
    for (;;) {
        absl::StatusOr<Folding> folding = Folding::Begin(view_, log_, rows_, RowSet::kServed);
        if (!folding.ok()) return folding.status();
        const absl::StatusOr<Mark> mark = rows_.MarkOf(RowSet::kServed);
        if (!mark.ok()) return mark.status();
        if (until <= mark->next) return absl::OkStatus();
        ReadOptions options;
        options.from = mark->next;
        options.until = Position{ToUint64(until) - 1};
        const absl::StatusOr<RecordBatch> batch = log_.Read(options);
        if (!batch.ok()) return batch.status();
        if (batch->records.empty()) {
            return absl::UnavailableError(
                fmt::format("the feed is at {}, but the event log ends at {}: waiting for what lies between",
                            ToUint64(until), ToUint64(batch->end)));
        }
        for (const Record& record : batch->records) {
            if (auto status = folding->Take(record); !status.ok()) return status;
        }
        // The bookmark stays: where the feed may go on is not known for a record that came another way.
        if (auto status = folding->Commit(mark->bookmark); !status.ok()) return status;
        if (auto status = Committed(); !status.ok()) return status;
        if (Stopping()) return absl::CancelledError("the service is stopping");
    }
}

absl::Status Runner::Committed() {
    const absl::StatusOr<Mark> mark = rows_.MarkOf(RowSet::kServed);
    if (!mark.ok()) return mark.status();
    const absl::StatusOr<std::map<std::string, std::string>> parked = rows_.Parked(RowSet::kServed);
    if (!parked.ok()) return parked.status();
    {
        const std::lock_guard lock(mutex_);
        status_.set_records(ToUint64(mark->next));
        if (static_cast<std::size_t>(status_.parked_size()) < parked->size()) {
            spdlog::warn("view {}: {} groups are parked", view_.Name(), parked->size());
        }
        status_.clear_parked();
        for (const auto& [group, reason] : *parked) {
            views::v1::ParkedGroup* entry = status_.add_parked();
            entry->set_group(group);
            entry->set_reason(reason);
        }
    }
    // Before anybody is told that an erasure was taken in, its bytes are gone from the files.
    if (auto status = rows_.Purge(); !status.ok()) return status;
    waiters_.Reached(mark->next);
    return absl::OkStatus();
}

void Runner::Report(const absl::Status& status) {
    const std::string trouble(status.message());
    const std::lock_guard lock(mutex_);
    if (status_.trouble() == trouble) return;
    if (trouble.empty()) {
        spdlog::info("view {} goes on", view_.Name());
    } else {
        spdlog::warn("view {} stands still: {}", view_.Name(), trouble);
    }
    status_.set_trouble(trouble);
}

absl::Status Runner::BuildBeside() {
    if (auto status = rows_.ClearBeside(); !status.ok()) return status;
    return FoldFromLog(view_, log_, rows_, RowSet::kBeside, [this] { return Stopping(); });
}

absl::Status Runner::PutInPlace() {
    const absl::StatusOr<Mark> served = rows_.MarkOf(RowSet::kServed);
    if (!served.ok()) return served.status();
    // The log holds all that the served rows were folded from, so this reaches at least as far as they do.
    auto stop = [this] { return Stopping(); };
    if (auto status = FoldFromLog(view_, log_, rows_, RowSet::kBeside, stop); !status.ok()) return status;
    if (auto status = rows_.Swap(served->bookmark); !status.ok()) return status;
    return Committed();
}

void Runner::SwapIfAsked() {
    {
        const std::lock_guard lock(mutex_);
        if (!swap_asked_) return;
    }
    const absl::Status status = PutInPlace();
    const std::lock_guard lock(mutex_);
    swap_asked_ = false;
    swap_status_ = status;
    changed_.notify_all();
}

absl::StatusOr<std::uint64_t> Runner::Rebuild() {
    {
        std::unique_lock lock(mutex_);
        if (!running_) return absl::CancelledError(fmt::format("the {} is not running; start it first", view_.Name()));
        if (rebuilding_) {
            return absl::AbortedError(
                fmt::format("the {} is being built anew already; wait until it is done", view_.Name()));
        }
        rebuilding_ = true;
        // A start may be building rows of a new version in the very place that this one is to use.
        changed_.wait(lock, [this] { return prepared_ || !running_; });
    }
    absl::Status status = BuildBeside();
    std::unique_lock lock(mutex_);
    if (status.ok() && running_) {
        swap_asked_ = true;
        changed_.notify_all();
        changed_.wait(lock, [this] { return !swap_asked_; });
        status = swap_status_;
    } else if (status.ok()) {
        status = absl::CancelledError("the service is stopping; ask again when it is up");
    }
    rebuilding_ = false;
    if (status.ok()) return status_.records();
    lock.unlock();
    // What was built so far serves nobody; where this fails too, the next start clears it.
    rows_.ClearBeside().IgnoreError();
    return status;
}

}  // namespace throughline
