// The latest checkpoint against the log: what was signed is what is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/ledger/checkpoint.h"
#include "eventstore/log/log_check.h"
#include "eventstore/log/log_check_report.h"

namespace throughline {

/// In three steps, since the checkpoint must be read before the log is opened, and the log before its root is known.
class CheckpointCheck {
  public:
    /// What is wrong goes to `report`, which must outlive it; an error means that the file could not be read.
    [[nodiscard]] static absl::StatusOr<CheckpointCheck> Read(const std::string& path, CheckReport& report);

    /// Holds it to the store's key; without one only to the name of the log.
    void Verify(const std::string& origin, const std::optional<NotePublicKey>& key);

    /// The size whose root must be computed.
    [[nodiscard]] std::optional<std::uint64_t> root_at() const;

    void Finish(const LogCheck& log);

  private:
    CheckpointCheck(std::string path, CheckReport& report) : path_(std::move(path)), report_(&report) {}

    std::string path_;
    CheckReport* report_;
    std::optional<std::string> note_;
    std::optional<Checkpoint> checkpoint_;  // Once it was verified as far as can be.
};

}  // namespace throughline
