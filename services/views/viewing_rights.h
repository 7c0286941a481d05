// Who may look at a pupil's views: staff of the school whose roll the pupil is on, and nobody else.
#pragma once

#include "absl/status/status.h"
#include "eventstore/store/event_log.h"
#include "services/auth/identity.h"
#include "services/views/subject_finder.h"

namespace throughline {

/// Decides from tags and ids alone, never from content, so that the answer is the same after an erasure. Safe from many
/// threads.
class ViewingRights {
  public:
    /// Both outlive it.
    ViewingRights(EventLog& log, SubjectFinder& subjects) : log_(log), subjects_(subjects) {}

    /// OK where `identity` may see everything about `pupil`.
    ///   PERMISSION_DENIED   not a member of staff, or of another school (reason OTHER_SCHOOL)
    ///   NOT_FOUND           no such pupil was registered (reason UNKNOWN_ID)
    [[nodiscard]] absl::Status MayView(const Identity& identity, SubjectId pupil) const;

  private:
    EventLog& log_;
    SubjectFinder& subjects_;
};

/// PERMISSION_DENIED for all but staff (reason STAFF_ONLY).
[[nodiscard]] absl::Status StaffOnly(const Identity& identity);

/// PERMISSION_DENIED for all but operators (reason OPERATORS_ONLY).
[[nodiscard]] absl::Status OperatorOnly(const Identity& identity);

}  // namespace throughline
