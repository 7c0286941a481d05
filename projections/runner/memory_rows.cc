// Rows in memory, as maps.
#include "projections/runner/memory_rows.h"

namespace throughline {

absl::StatusOr<Mark> MemoryRows::MarkOf(RowSet set) {
    const std::lock_guard lock(mutex_);
    return Of(set).mark;
}

absl::StatusOr<std::optional<std::string>> MemoryRows::Get(RowSet set, std::string_view group, std::string_view key) {
    const std::lock_guard lock(mutex_);
    const auto found = Of(set).groups.find(group);
    if (found == Of(set).groups.end()) return std::nullopt;
    const auto row = found->second.find(std::string(key));
    if (row == found->second.end()) return std::nullopt;
    return row->second;
}

absl::StatusOr<std::vector<Row>> MemoryRows::Scan(RowSet set, std::string_view group,
                                                  const std::optional<std::string>& after, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    std::vector<Row> rows;
    const auto found = Of(set).groups.find(group);
    if (found == Of(set).groups.end()) return rows;
    auto row = after ? found->second.upper_bound(*after) : found->second.begin();
    for (; row != found->second.end() && rows.size() < limit; ++row) rows.push_back({row->first, row->second});
    return rows;
}

absl::Status MemoryRows::Visit(RowSet set, const Visitor& visitor) {
    const std::lock_guard lock(mutex_);
    for (const auto& [group, rows] : Of(set).groups) {
        for (const auto& [key, value] : rows) visitor(group, key, value);
    }
    return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, std::string>> MemoryRows::Parked(RowSet set) {
    const std::lock_guard lock(mutex_);
    return Of(set).parked;
}

absl::Status MemoryRows::Commit(RowSet set, const RowChanges& changes) {
    const std::lock_guard lock(mutex_);
    Set& rows = Of(set);
    for (const std::string& group : changes.dropped) rows.groups.erase(group);
    for (const auto& [where, value] : changes.rows) {
        if (value) {
            rows.groups[where.first][where.second] = *value;
        } else if (const auto group = rows.groups.find(where.first); group != rows.groups.end()) {
            group->second.erase(where.second);
        }
    }
    for (const auto& [group, reason] : changes.parked) {
        if (reason) {
            rows.parked[group] = *reason;
        } else {
            rows.parked.erase(group);
        }
    }
    rows.mark = changes.mark;
    return absl::OkStatus();
}

absl::Status MemoryRows::ClearBeside() {
    const std::lock_guard lock(mutex_);
    Of(RowSet::kBeside) = Set{};
    return absl::OkStatus();
}

absl::Status MemoryRows::Swap(std::string_view bookmark) {
    const std::lock_guard lock(mutex_);
    Of(RowSet::kBeside).mark.bookmark = bookmark;
    Of(RowSet::kServed) = std::move(Of(RowSet::kBeside));
    Of(RowSet::kBeside) = Set{};
    return absl::OkStatus();
}

}  // namespace throughline
