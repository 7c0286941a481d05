// The event log in this process: seals on the caller's thread, and leaves the rest to the log of sealed records.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "eventstore/log/record_log.h"
#include "eventstore/store/event_log.h"
#include "eventstore/vault/vault.h"

namespace throughline {

/// EventLog over a RecordLog and a Vault, which must outlive it. Safe from many threads.
class LocalEventLog final : public EventLog {
  public:
    LocalEventLog(RecordLog& records, Vault& vault);

    void BeginAppend(const CommandKey& key, const std::optional<Condition>& condition, std::span<const NewEvent> events,
                     AnswerWith answer, AppendedDone done) override;
    void LendThread() override;
    [[nodiscard]] absl::StatusOr<std::optional<Appended>> FindCommand(const CommandKey& key) override;
    [[nodiscard]] absl::StatusOr<RecordBatch> Read(const ReadOptions& options) override;
    [[nodiscard]] absl::StatusOr<Record> Open(const StoredRecord& stored) override;
    [[nodiscard]] absl::StatusOr<bool> OpenBody(const RecordView& stored, std::string& out) override;
    [[nodiscard]] Position End() const override;
    [[nodiscard]] std::shared_ptr<void> Listen(RecordLog::Listener listener) override;
    [[nodiscard]] Uuid StoreId() const override;
    [[nodiscard]] bool Synthetic() const override;

  private:
    [[nodiscard]] absl::StatusOr<SealedAppend> Seal(const CommandKey& key, const std::optional<Condition>& condition,
                                                    std::span<const NewEvent> events, const Uuid& correlation);
    [[nodiscard]] absl::StatusOr<Appended> FirstAnswer(Position first, Position last, AnswerWith answer);
    [[nodiscard]] absl::StatusOr<std::vector<eventstore::v1::RecordHeader>> ReadHeaders(Position first,
                                                                                        std::uint32_t count);
    [[nodiscard]] absl::StatusOr<Record> OpenView(const RecordView& stored, bool with_body);

    RecordLog& records_;
    Vault& vault_;
};

}  // namespace throughline
