// Which pupil a UPN leads to: the link in the vault, kept in step with the facts.
#pragma once

#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/store/event_log.h"
#include "services/casework/pupil/state.h"
#include "services/casework/shell/subjects.h"

namespace throughline {

/// Links are written before the facts that they are for, and taken away after the facts that end them. So a crash
/// between the two leaves at most a link to a pupil whose facts give another UPN: a stale one, found and taken away
/// here by whoever needs that UPN next.
///
/// Safe from many threads of one process. Two casework processes could, within the milliseconds of one correction of a
/// UPN, mistake a link on its way for a stale one: run one for each store.
class UpnLinks {
  public:
    UpnLinks(EventLog& log, Subjects& subjects);

    /// The subject that stands for a UPN, made where there is none.
    [[nodiscard]] absl::StatusOr<SubjectId> SubjectOf(const std::string& upn);

    /// Held from Link() until the facts are durable, so that a link on its way is not mistaken for a stale one.
    [[nodiscard]] std::unique_lock<std::mutex> Hold();

    /// Links one more UPN to a pupil, under Hold().
    ///   FAILED_PRECONDITION   it is another pupil's (UPN_ALREADY_REGISTERED)
    [[nodiscard]] absl::Status Link(const std::string& upn, SubjectId pupil);

    /// Takes a link away once the facts do not give it any more. Failing to leaves it stale.
    void Unlink(const std::string& upn);

  private:
    absl::StatusOr<Pupil> PupilOf(SubjectId subject);
    /// Takes the link of `upn` away where it leads to a pupil with another UPN. True where it did.
    absl::StatusOr<bool> Heal(const std::string& upn, SubjectId subject);

    EventLog& log_;
    Subjects& subjects_;
    std::mutex moving_;
};

}  // namespace throughline
