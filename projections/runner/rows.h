// The rows of one group, as a view sees them while it folds.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <google/protobuf/message_lite.h>

#include "absl/status/status.h"
#include "projections/runner/row_store.h"

namespace throughline {

/// Reads and changes rows of one group. What one Apply() changed counts only if it succeeds. For one thread.
///
/// Reading never fails in a view's face: a store that refuses is remembered in trouble(), the answer is "no row", and
/// all that was folded on top of it is thrown away and tried again. So a view holds no `if` about disks.
class Rows {
  public:
    /// Rows of `group` as `store` has them with `pending` on top; `pending` takes what is kept.
    Rows(RowStore& store, RowSet set, std::string group, RowChanges& pending);

    /// The row, or nothing.
    template <class Message>
    [[nodiscard]] std::optional<Message> Get(std::string_view key) {
        const std::optional<std::string> bytes = GetBytes(key);
        Message row;
        if (!bytes) return std::nullopt;
        if (!row.ParseFromString(*bytes)) {
            Unreadable();
            return std::nullopt;
        }
        return row;
    }

    void Put(std::string_view key, const google::protobuf::MessageLite& row);
    void Delete(std::string_view key);

    /// Why a row could not be read, or OK.
    [[nodiscard]] const absl::Status& trouble() const { return trouble_; }

    /// Keeps the changes made since the last call, or forgets them.
    void Keep();
    void Forget() { changes_.clear(); }

  private:
    [[nodiscard]] std::optional<std::string> GetBytes(std::string_view key);
    void Unreadable();

    RowStore& store_;
    RowSet set_;
    std::string group_;
    RowChanges& pending_;
    std::map<std::string, std::optional<std::string>, std::less<>> changes_;
    absl::Status trouble_;
};

}  // namespace throughline
