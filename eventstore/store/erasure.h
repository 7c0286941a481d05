// Erasing a subject, step by step, so that a crash between any two steps is made good at the next start.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/base/uuid.h"
#include "eventstore/log/record_log.h"
#include "eventstore/store/event_log.h"
#include "eventstore/vault/vault.h"

namespace throughline {

/// What an erasure reaches, or would.
struct ErasureReach {
    std::uint64_t records = 0;            ///< Records sealed with the subject's key; their headers stay.
    std::vector<std::string> destroyed;   ///< Copies whose content is gone, a line each.
    std::vector<std::string> unreadable;  ///< Copies that stay, but that nobody can read, a line each.
};

/// Erases subjects: writes down that it has begun; destroys key and links; records SubjectErased under the store's own
/// key; deletes the bodies; writes down that it is finished. Safe from many threads; one erasure at a time.
class Erasure {
  public:
    /// All must outlive it.
    Erasure(EventLog& log, RecordLog& records, Vault& vault, const Clock& clock);

    /// Only says what would be reached. NOT_FOUND (UNKNOWN_SUBJECT), FAILED_PRECONDITION (STORE_SUBJECT,
    /// SCHOOL_SUBJECT).
    [[nodiscard]] absl::StatusOr<ErasureReach> DryRun(SubjectId subject);

    /// Erases for good. Repeating it changes nothing; the ground that was given first stays.
    ///   INVALID_ARGUMENT     `ground` is not 1 to 8,000 bytes, or `erased_by` is empty
    ///   NOT_FOUND            no such subject (UNKNOWN_SUBJECT)
    ///   FAILED_PRECONDITION  it is the store's own (STORE_SUBJECT), or a school (SCHOOL_SUBJECT)
    /// After any other error it may have begun: repeat it, or let the next start finish it.
    [[nodiscard]] absl::StatusOr<ErasureReach> Erase(SubjectId subject, const std::string& ground,
                                                     const std::string& erased_by);

    /// Finishes what a crash left unfinished. At every start, before anything else is served.
    [[nodiscard]] absl::Status ResumePending();

  private:
    [[nodiscard]] absl::Status Begin(SubjectId subject, eventstore::v1::SubjectKind kind, const std::string& ground,
                                     const std::string& erased_by);
    [[nodiscard]] absl::Status Complete(const Vault::PendingErasure& erasure);
    [[nodiscard]] absl::Status AppendFact(const Vault::PendingErasure& erasure);
    [[nodiscard]] absl::StatusOr<std::uint64_t> CountRecords(SubjectId subject);

    EventLog& log_;
    RecordLog& records_;
    Vault& vault_;
    const Clock& clock_;
    std::mutex one_at_a_time_;
};

}  // namespace throughline
