// What callers asked of a log at the same time and were answered, and whether one order of it all explains every
// answer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/log/record_log.h"
#include "tests/eventstore/log/plain_list.h"

namespace throughline::testing {

/// When a call began and when it was answered, on a clock that every caller shares.
struct CallTime {
    std::uint64_t invoked = 0;
    std::uint64_t answered = 0;
};

struct AppendCall {
    CallTime time;
    SealedAppend append;
    absl::StatusOr<AppendOutcome> outcome = absl::UnknownError("not answered");
    Position end_when_answered{};
};

/// One batch.
struct ReadCall {
    CallTime time;
    ReadOptions options;
    std::vector<Position> positions;
    ReadProgress progress;
};

/// A history whose callers have all been answered.
class CallHistory {
  public:
    /// `stored` is the whole log at the end of the history.
    CallHistory(std::vector<AppendCall> appends, std::vector<ReadCall> reads, const std::vector<StoredRecord>& stored);

    /// Every expectation that fails is a break of the contract: positions are the order in which all appends took
    /// effect, conditions and refusals are true in that order, reads show a prefix of it, and it keeps to real time.
    void Check() const;

    /// How many appends were taken, and how many were refused by their condition.
    [[nodiscard]] std::size_t taken() const { return taken_.size(); }
    [[nodiscard]] std::size_t refused() const { return refused_.size(); }

  private:
    void CheckRecords() const;
    void CheckConditions() const;
    void CheckRefusals() const;
    void CheckRepeats() const;
    void CheckReads() const;
    void CheckRealTime() const;

    [[nodiscard]] std::uint64_t FirstMatch(const Condition& condition) const;

    std::vector<AppendCall> appends_;
    std::vector<ReadCall> reads_;
    std::vector<PlainRecord> stored_;       // With headers as they are stored.
    std::vector<const AppendCall*> taken_;  // In the order of their positions.
    std::vector<const AppendCall*> refused_;
    std::vector<const AppendCall*> repeats_;
};

}  // namespace throughline::testing
