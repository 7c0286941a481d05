// One group's rows: what this fold changed, over what this commit changes, over what is stored.
#include "projections/runner/rows.h"

#include <utility>

#include <fmt/format.h>

namespace throughline {

Rows::Rows(RowStore& store, RowSet set, std::string group, RowChanges& pending)
    : store_(store), set_(set), group_(std::move(group)), pending_(pending) {}

std::optional<std::string> Rows::GetBytes(std::string_view key) {
    if (const auto changed = changes_.find(key); changed != changes_.end()) return changed->second;
    const auto waiting = pending_.rows.find({group_, std::string(key)});
    if (waiting != pending_.rows.end()) return waiting->second;
    if (pending_.dropped.contains(group_)) return std::nullopt;
    absl::StatusOr<std::optional<std::string>> stored = store_.Get(set_, group_, key);
    if (stored.ok()) return *std::move(stored);
    trouble_.Update(stored.status());
    return std::nullopt;
}

void Rows::Unreadable() {
    trouble_.Update(absl::DataLossError(fmt::format("a row of group {} cannot be read; rebuild the view", group_)));
}

void Rows::Put(std::string_view key, const google::protobuf::MessageLite& row) {
    changes_.insert_or_assign(std::string(key), row.SerializeAsString());
}

void Rows::Delete(std::string_view key) {
    changes_.insert_or_assign(std::string(key), std::nullopt);
}

void Rows::Keep() {
    for (auto& [key, value] : changes_) pending_.rows.insert_or_assign({group_, key}, std::move(value));
    changes_.clear();
}

}  // namespace throughline
