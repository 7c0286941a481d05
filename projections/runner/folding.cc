// From records to one commit of a view's rows.
#include "projections/runner/folding.h"

#include <utility>

#include <fmt/format.h>

namespace throughline {

bool Passes(const absl::Status& status) {
    return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsCancelled(status) ||
           absl::IsAborted(status);
}

absl::StatusOr<std::vector<Record>> ReadGroup(const View& view, EventLog& log, const std::string& group, Position end) {
    std::vector<Record> records;
    if (end == Position{0}) return records;
    ReadOptions options;
    options.query = view.QueryOf(group);
    options.until = Position{ToUint64(end) - 1};
    absl::StatusOr<RecordBatch> batch = log.ReadAll(std::move(options));
    if (!batch.ok()) return batch.status();
    for (Record& record : batch->records) {
        if (view.GroupOf(record.header) == group) records.push_back(std::move(record));
    }
    return records;
}

absl::Status FoldFromLog(const View& view, EventLog& log, RowStore& store, RowSet set,
                         const std::function<bool()>& stop) {
    for (;;) {
        if (stop()) return absl::CancelledError("the service is stopping; ask again when it is up");
        absl::StatusOr<Folding> folding = Folding::Begin(view, log, store, set);
        if (!folding.ok()) return folding.status();
        const absl::StatusOr<Mark> mark = store.MarkOf(set);
        if (!mark.ok()) return mark.status();
        ReadOptions options;
        options.from = folding->next();
        const absl::StatusOr<RecordBatch> batch = log.Read(options);
        if (!batch.ok()) return batch.status();
        for (const Record& record : batch->records) {
            if (auto status = folding->Take(record); !status.ok()) return status;
        }
        if (auto status = folding->Commit(mark->bookmark); !status.ok()) return status;
        if (!batch->next) return absl::OkStatus();
    }
}

Folding::Folding(const View& view, EventLog& log, RowStore& store, RowSet set)
    : view_(&view), log_(&log), store_(&store), set_(set) {}

absl::StatusOr<Folding> Folding::Begin(const View& view, EventLog& log, RowStore& store, RowSet set) {
    Folding folding(view, log, store, set);
    absl::StatusOr<Mark> mark = store.MarkOf(set);
    if (!mark.ok()) return mark.status();
    absl::StatusOr<std::map<std::string, std::string>> parked = store.Parked(set);
    if (!parked.ok()) return parked.status();
    folding.changes_.mark = *std::move(mark);
    folding.changes_.mark.version = view.Version();
    folding.changes_.mark.log = log.StoreId();
    folding.parked_ = *std::move(parked);
    return folding;
}

absl::Status Folding::Take(const Record& record) {
    if (record.position != next()) {
        return absl::InternalError(
            fmt::format("record {} was folded where record {} was due", ToUint64(record.position), ToUint64(next())));
    }
    changes_.mark.next = Next(record.position);
    const std::optional<std::string> group = view_->GroupOf(record.header);
    if (!group) return absl::OkStatus();
    if (IsErasure(record.header)) {
        // Also where the group is parked: what is erased must go, even if the view cannot make sense of what is left.
        due_.insert(*group);
        erased_.insert(*group);
        return absl::OkStatus();
    }
    if (due_.contains(*group) || parked_.contains(*group)) return absl::OkStatus();
    if (IsCorrection(record.header)) {
        due_.insert(*group);
        return absl::OkStatus();
    }
    Rows rows(*store_, set_, *group, changes_);
    const absl::Status folded = FoldGroup(*view_, {&record, 1}, rows);
    if (!rows.trouble().ok()) return rows.trouble();
    if (!folded.ok()) Park(*group, folded);
    return absl::OkStatus();
}

void Folding::Park(const std::string& group, const absl::Status& why) {
    const std::string reason(why.message());
    parked_.insert_or_assign(group, reason);
    changes_.parked.insert_or_assign(group, reason);
}

void Folding::TakeUpParked() {
    for (const auto& [group, reason] : parked_) due_.insert(group);
}

absl::Status Folding::FoldAgain(const std::string& group) {
    const absl::StatusOr<std::vector<Record>> records = ReadGroup(*view_, *log_, group, next());
    if (Passes(records.status())) return records.status();
    // Folded apart, so that a fold that fails leaves the rows as they were.
    RowChanges again;
    again.dropped.insert(group);
    Rows rows(*store_, set_, group, again);
    const absl::Status folded = records.ok() ? FoldGroup(*view_, *records, rows) : records.status();
    if (!rows.trouble().ok()) return rows.trouble();
    if (!folded.ok()) {
        Park(group, folded);
        if (!erased_.contains(group)) return absl::OkStatus();
        again.rows.clear();
    } else if (parked_.erase(group) > 0) {
        changes_.parked.insert_or_assign(group, std::nullopt);
    }
    std::erase_if(changes_.rows, [&group](const auto& row) { return row.first.first == group; });
    changes_.dropped.insert(group);
    changes_.rows.merge(again.rows);
    return absl::OkStatus();
}

absl::Status Folding::Commit(std::string_view bookmark) {
    for (const std::string& group : due_) {
        if (auto status = FoldAgain(group); !status.ok()) return status;
    }
    changes_.mark.bookmark = bookmark;
    changes_.purge = !erased_.empty();
    return store_->Commit(set_, changes_);
}

}  // namespace throughline
