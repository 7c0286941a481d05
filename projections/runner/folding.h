// One commit's worth of folding: which records count, which groups are folded again, which stand still.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/store/event_log.h"
#include "projections/runner/row_store.h"
#include "projections/runner/view.h"

namespace throughline {

/// Takes records in order, and commits what they change together with how far they reach.
///
/// A plain fact is folded onto the rows there are. A correction or an erasure makes its group due to be folded again,
/// from the event log, up to the last record of the commit. A record that the view cannot fold parks its group: its
/// rows stay as they were, and its later records wait in the log. All errors returned are technical (the log or the
/// store out of reach): throw the Folding away, begin another from what is committed, take the same records again.
///
/// For one thread, and for one commit.
class Folding {
  public:
    /// Begins where the set stands.
    [[nodiscard]] static absl::StatusOr<Folding> Begin(const View& view, EventLog& log, RowStore& store, RowSet set);

    /// The record to be taken next.
    [[nodiscard]] Position next() const { return changes_.mark.next; }

    /// Takes the record at next().
    [[nodiscard]] absl::Status Take(const Record& record);

    /// Folds all parked groups again.
    void TakeUpParked();

    /// Writes everything. `bookmark` is where the feed may go on.
    [[nodiscard]] absl::Status Commit(std::string_view bookmark);

  private:
    Folding(const View& view, EventLog& log, RowStore& store, RowSet set);

    [[nodiscard]] absl::Status FoldAgain(const std::string& group);
    void Park(const std::string& group, const absl::Status& why);

    const View* view_;
    EventLog* log_;
    RowStore* store_;
    RowSet set_;
    RowChanges changes_;
    std::map<std::string, std::string> parked_;
    std::set<std::string> due_;     // Groups to be folded again.
    std::set<std::string> erased_;  // Those of them whose rows must go, whatever becomes of the fold.
};

/// Records of one group in order, up to and without `end`. RESOURCE_EXHAUSTED above a hundred thousand.
[[nodiscard]] absl::StatusOr<std::vector<Record>> ReadGroup(const View& view, EventLog& log, const std::string& group,
                                                            Position end);

/// Takes everything from the set's mark up to the present end of the log, and commits it in pieces. `stop` is asked
/// between pieces; CANCELLED where it says so.
[[nodiscard]] absl::Status FoldFromLog(const View& view, EventLog& log, RowStore& store, RowSet set,
                                       const std::function<bool()>& stop);

/// True for errors that pass: what failed is tried again, and parks nothing.
[[nodiscard]] bool Passes(const absl::Status& status);

}  // namespace throughline
