// The key store against the log: whoever is recorded has a key, or was erased.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/uuid.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/log_check_records.h"
#include "eventstore/log/log_check_report.h"
#include "eventstore/vault/key_check.h"
#include "eventstore/vault/vault.h"

namespace throughline {

/// What it holds records to; all of it must outlive the check.
struct StoreKeys {
    const KeyCheck& keys;
    Vault* opener = nullptr;                       ///< Opens every body; absent: they stay sealed.
    const ErasedSubjects& erased;                  ///< As the log knows them.
    const std::set<SubjectId>& finished_erasures;  ///< As the key store knew them before the log was opened.
};

/// For one thread. `report` must outlive it.
class StoreKeyCheck final : public RecordObserver {
  public:
    StoreKeyCheck(StoreKeys store, CheckReport& report) : store_(store), report_(report) {}

    [[nodiscard]] absl::Status Take(const CheckedRecord& record) override;
    void Miss(Position /*first*/, Position /*last*/) override {}

    /// After the last record.
    void Finish();

  private:
    struct IdHash {
        std::size_t operator()(const SubjectId& subject) const;
    };

    [[nodiscard]] absl::StatusOr<CheckedKey> Look(SubjectId subject, Position position);
    void Judge(SubjectId subject, Position position, KeyState state);
    [[nodiscard]] absl::Status Open(const CheckedRecord& record);

    const StoreKeys store_;
    CheckReport& report_;
    std::unordered_map<SubjectId, CheckedKey, IdHash> looked_at_;
    std::set<SubjectId> told_;  // Subjects that were reported.
    std::uint64_t looks_ = 0;
    std::uint64_t opened_ = 0;
    std::string plaintext_;
};

}  // namespace throughline
