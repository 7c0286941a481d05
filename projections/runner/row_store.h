// Where a view's rows are kept, together with how far the view has come: both change in one commit, or neither does.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/position.h"
#include "eventstore/base/uuid.h"

namespace throughline {

/// A store holds two sets of rows: the one that answers questions, and one that is built beside it to take its place.
enum class RowSet { kServed, kBeside };

/// How far a set of rows has come.
struct Mark {
    Position next{};            ///< The record that is to be folded next; all before it are in the rows.
    std::uint32_t version = 0;  ///< Of the view that folded them; 0 where nothing was ever committed.
    Uuid log;                   ///< The store id of the log they were folded from.
    std::string bookmark;       ///< Where the feed can go on; opaque.

    bool operator==(const Mark&) const = default;
};

/// A row of one group.
struct Row {
    std::string key;
    std::string value;

    bool operator==(const Row&) const = default;
};

/// All that one commit changes, in this order: groups dropped, rows put or deleted, parked groups, the mark.
struct RowChanges {
    /// Groups that lose every row they had before.
    std::set<std::string, std::less<>> dropped;
    /// (group, key) to the new value; nothing: deleted.
    std::map<std::pair<std::string, std::string>, std::optional<std::string>> rows;
    /// Group to the reason for which it stands still; nothing: it goes on.
    std::map<std::string, std::optional<std::string>, std::less<>> parked;
    Mark mark;
    /// Dropped or deleted rows must leave the files too: stays owed until Purge() has done it.
    bool purge = false;
};

/// Keeps rows. Safe from many threads; each set is written by one thread at a time.
///
/// Row keys may appear in the diagnostics of the database: they hold ids, positions and times, never content.
/// Errors are technical: UNAVAILABLE or RESOURCE_EXHAUSTED from the disk, DATA_LOSS where what is stored does not
/// agree.
class RowStore {
  public:
    virtual ~RowStore() = default;

    [[nodiscard]] virtual absl::StatusOr<Mark> MarkOf(RowSet set) = 0;

    /// A row, or nothing.
    [[nodiscard]] virtual absl::StatusOr<std::optional<std::string>> Get(RowSet set, std::string_view group,
                                                                         std::string_view key) = 0;

    /// At most `limit` rows of a group in the order of their keys, as they stood at one moment, from the first key
    /// after `after` (absent: from the first).
    [[nodiscard]] virtual absl::StatusOr<std::vector<Row>> Scan(RowSet set, std::string_view group,
                                                                const std::optional<std::string>& after,
                                                                std::size_t limit) = 0;

    /// Shows every row, in order of group and key, as they stood at one moment.
    using Visitor = std::function<void(std::string_view group, std::string_view key, std::string_view value)>;
    [[nodiscard]] virtual absl::Status Visit(RowSet set, const Visitor& visitor) = 0;

    /// Groups that stand still, and why.
    [[nodiscard]] virtual absl::StatusOr<std::map<std::string, std::string>> Parked(RowSet set) = 0;

    /// Applies all changes or none. Survives a crash of the process; a power cut may take the last commits back, rows
    /// and mark together, and they are folded again.
    [[nodiscard]] virtual absl::Status Commit(RowSet set, const RowChanges& changes) = 0;

    /// Empties the set beside.
    [[nodiscard]] virtual absl::Status ClearBeside() = 0;

    /// Puts the set beside in the place of the served one, with this bookmark, and drops what was served.
    [[nodiscard]] virtual absl::Status Swap(std::string_view bookmark) = 0;

    /// Makes sure that the bytes of dropped rows are in no file any more, where a commit asked for it. Cheap otherwise.
    [[nodiscard]] virtual absl::Status Purge() = 0;
};

/// SHA-256 over every row of the set: equal exactly for equal rows.
[[nodiscard]] absl::StatusOr<std::string> DigestRows(RowStore& store, RowSet set);

}  // namespace throughline
