// The answers of the chronology: what is checked, what is read, what is left for the next page.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/store/event_log.h"
#include "projections/runner/row_store.h"
#include "projections/runner/view.h"
#include "services/auth/identity.h"
#include "services/views/subject_finder.h"
#include "services/views/viewing_rights.h"
#include "throughline/views/v1/chronology_service.pb.h"

namespace throughline {

/// A request that is in order.
struct ChronologyQuestion {
    SubjectId pupil;
    std::optional<Instant> as_known_at;
    Position seen{};  ///< Everything before it must be in the rows.
    std::size_t entries_max = 0;
    std::optional<std::string> after;  ///< Key of the last row of the page before.
};

/// Answers, on the caller's thread. Safe from many threads.
class ChronologyQuery {
  public:
    static constexpr int kPageEntriesMax = 500;
    static constexpr int kPageEntriesUsual = 100;
    /// A page ends early rather than be refused by a client for its size (4 MiB by default).
    static constexpr std::size_t kPageBytesMax = 1024 * 1024;

    /// All outlive it. `clock` is the store's.
    ChronologyQuery(const View& view, RowStore& rows, EventLog& log, SubjectFinder& subjects, const Clock& clock);

    /// Checks a request without I/O. INVALID_ARGUMENT with every bad field.
    [[nodiscard]] absl::StatusOr<ChronologyQuestion> Check(const views::v1::GetChronologyRequest& request) const;

    /// One page. Errors as ViewingRights::MayView, and
    ///   DATA_LOSS   the pupil's rows stand still (reason VIEW_PARKED)
    [[nodiscard]] absl::StatusOr<views::v1::GetChronologyResponse> Answer(const Identity& identity,
                                                                          const ChronologyQuestion& question) const;

    /// The pupil with a UPN. INVALID_ARGUMENT where it is not one; NOT_FOUND also for a pupil of another school.
    [[nodiscard]] absl::StatusOr<SubjectId> FindPupil(const Identity& identity, const std::string& upn) const;

  private:
    [[nodiscard]] absl::Status FillPage(RowStore& rows, const ChronologyQuestion& question,
                                        views::v1::GetChronologyResponse& response) const;
    [[nodiscard]] absl::Status RefuseParked(const std::string& group) const;

    const View& view_;
    RowStore& rows_;
    EventLog& log_;
    SubjectFinder& subjects_;
    const Clock& clock_;
    const ViewingRights rights_;
};

}  // namespace throughline
