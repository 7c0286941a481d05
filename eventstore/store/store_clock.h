// The store's time: of a synthetic store it stands still, is moved by a record, and is found again after a restart.
#pragma once

#include <mutex>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/store/event_log.h"
#include "eventstore/vault/vault.h"

namespace throughline {

/// Tells the store's time and moves it. Safe from many threads.
class StoreClock {
  public:
    /// `clock` is the one that the log stamps records with; `standing` is the same one where the store is synthetic,
    /// and null where it is not. The log is opened with it before it is restored. All must outlive this.
    StoreClock(EventLog& log, const Vault& vault, const Clock& clock, StandingClock* standing);

    /// Sets the clock of a synthetic store to the latest of `start`, the last record and the last move. Once, before
    /// anything is added. Nothing to do for any other store.
    [[nodiscard]] absl::Status Restore(Instant start);

    [[nodiscard]] Instant Now() const;
    [[nodiscard]] bool Synthetic() const;

    /// Moves the clock forward and returns the time it shows; the move is recorded first. An instant that has passed
    /// changes nothing and records nothing. Repeating a move gives its first answer.
    ///   FAILED_PRECONDITION  the store is not synthetic (NOT_SYNTHETIC)
    ///   INVALID_ARGUMENT     beyond the year 9999
    [[nodiscard]] absl::StatusOr<Instant> MoveClock(Instant to, const CommandKey& key);

  private:
    [[nodiscard]] absl::StatusOr<std::optional<Instant>> LastMove();
    [[nodiscard]] absl::StatusOr<Instant> MoveAt(Position position);

    EventLog& log_;
    const Vault& vault_;
    const Clock& clock_;
    StandingClock* const standing_;
    std::mutex moving_;
};

}  // namespace throughline
