// What a view is: a pure function from facts to rows. Everything else, it gets from the runner.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "eventstore/base/query.h"
#include "eventstore/store/event_log.h"
#include "projections/history/effective.h"
#include "projections/runner/rows.h"

namespace throughline {

/// What each fact means for one view. Pure: no clock, no randomness, no I/O, no state of its own, so that the same
/// function folds into a store, into memory "as known on" a past day, and again after a correction. Used by many
/// threads at once.
///
/// Facts about different days come in any order and must end in the same rows: key rows by what a fact says, not by
/// what came before. What depends on today's date is computed when asked, never stored.
class View {
  public:
    virtual ~View() = default;

    /// For example "chronology"; names its rows and its place in status.
    [[nodiscard]] virtual std::string_view Name() const = 0;

    /// Goes up with every change that leads to other rows; the runner then builds them anew. From 1.
    [[nodiscard]] virtual std::uint32_t Version() const = 0;

    /// The group of rows that a record changes, or nothing where it is not for this view. Without zero bytes.
    ///
    /// Of the header alone, so that a record stays in its group when its subject is erased; a correction, or an
    /// erasure, is in the group of what it concerns.
    [[nodiscard]] virtual std::optional<std::string> GroupOf(const eventstore::v1::RecordHeader& header) const = 0;

    /// Finds every record of a group; more than that does no harm.
    [[nodiscard]] virtual Query QueryOf(std::string_view group) const = 0;

    /// What a fact as it now stands means for the rows of its group. A fact that is annulled or erased comes here too.
    /// An error parks the group until the view is repaired; its text names types and ids, never content.
    [[nodiscard]] virtual absl::Status Apply(const EffectiveFact& fact, Rows& rows) const = 0;

    /// What a record of the store's own means, for example an erasure. Most views have nothing to say.
    [[nodiscard]] virtual absl::Status ApplyStoreRecord(const Record& record, Rows& rows) const = 0;
};

/// Folds records of one group, in log order, into its rows: corrections and annulments put into their places first.
/// Keeps what was folded before an error, but nothing of the record that failed.
[[nodiscard]] absl::Status FoldGroup(const View& view, std::span<const Record> records, Rows& rows);

/// Whether a record says that somebody's personal data was erased.
[[nodiscard]] bool IsErasure(const eventstore::v1::RecordHeader& header);

}  // namespace throughline
