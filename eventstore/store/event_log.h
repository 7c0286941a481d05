// The event log as casework and projections use it: plaintext in, opened records out; sealing happens inside.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "eventstore/base/position.h"
#include "eventstore/base/query.h"
#include "eventstore/base/uuid.h"
#include "eventstore/log/record_log.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {

/// An event to add.
struct NewEvent {
    EventId id;
    SubjectId subject;  ///< Whom it is about: decides the key.
    std::string type;
    std::vector<std::string> tags;  ///< "<kind>:<id>"; any order.
    std::string body;               ///< Plaintext.
    std::uint32_t schema_version = 1;
    Uuid correlation;
    std::optional<Uuid> causation;
};

/// What makes a request the same request.
struct CommandKey {
    std::string caller;   ///< Who sends it, from the credentials.
    CommandId command;    ///< Chosen by the caller.
    std::string request;  ///< Bytes that are equal exactly for the same request (method name and content).
};

/// Where a request's events stand, with their headers up to the position: enough to give the first answer again. Epoch
/// and time are left out, so that a repeated answer is equal to the first.
struct Appended {
    Position first{};
    Position last{};
    bool repeated = false;
    Uuid correlation;                                   ///< Of the first record.
    std::vector<eventstore::v1::RecordHeader> headers;  ///< Empty where only positions were asked for.
};

/// How much of what was stored goes into the answer.
enum class AnswerWith { kPositions, kHeaders };

/// Takes the answer to an append, once.
using AppendedDone = absl::AnyInvocable<void(absl::StatusOr<Appended> appended)>;

/// An opened record.
struct Record {
    Position position{};
    eventstore::v1::RecordHeader header;
    std::optional<std::string>
        body;  ///< Plaintext; nothing where the subject was erased, or only headers were asked for.
};

/// A bounded piece of a read, opened.
struct RecordBatch {
    std::vector<Record> records;
    std::optional<Position> next;  ///< Where the next batch starts; absent when all was read.
    Position end{};                ///< The end of the log that this batch saw.
};

/// The log. Safe from many threads. Implemented in process (LocalEventLog) over any RecordLog.
class EventLog {
  public:
    virtual ~EventLog() = default;

    /// Seals and adds `events` in the given order: all of them, or none; then calls `done`, as RecordLog::BeginAppend
    /// does: `done` must not block. Errors as there, and NOT_FOUND
    /// (UNKNOWN_SUBJECT), FAILED_PRECONDITION (SUBJECT_ERASED) from the vault. `condition` absent: unconditional. What
    /// is passed need not outlive the call.
    virtual void BeginAppend(const CommandKey& key, const std::optional<Condition>& condition,
                             std::span<const NewEvent> events, AnswerWith answer, AppendedDone done) = 0;

    /// As RecordLog::LendThread.
    virtual void LendThread() {}

    /// The same with headers, and waits: durable on return.
    [[nodiscard]] absl::StatusOr<Appended> Append(const CommandKey& key, const std::optional<Condition>& condition,
                                                  std::span<const NewEvent> events);

    /// The first answer of a command that is known; nothing where it is not.
    ///   ALREADY_EXISTS       known with another request (COMMAND_REUSED)
    ///   FAILED_PRECONDITION  known, but its subject was erased since (SUBJECT_ERASED)
    [[nodiscard]] virtual absl::StatusOr<std::optional<Appended>> FindCommand(const CommandKey& key) = 0;

    /// Reads and opens one batch.
    [[nodiscard]] virtual absl::StatusOr<RecordBatch> Read(const ReadOptions& options) = 0;

    /// Everything that matches, or `limit` records, over as many batches as it takes; RESOURCE_EXHAUSTED
    /// (TOO_MANY_RECORDS) above `records_max`.
    [[nodiscard]] absl::StatusOr<RecordBatch> ReadAll(ReadOptions options, std::size_t records_max = 100'000);

    /// Opens a record that came another way (from Kafka).
    [[nodiscard]] virtual absl::StatusOr<Record> Open(const StoredRecord& stored) = 0;

    /// Opens a body onto the end of `out`; false where its subject was erased, and nothing is added.
    ///   DATA_LOSS   what is stored does not agree with itself
    [[nodiscard]] virtual absl::StatusOr<bool> OpenBody(const RecordView& stored, std::string& out) = 0;

    [[nodiscard]] virtual Position End() const = 0;
    [[nodiscard]] virtual std::shared_ptr<void> Listen(RecordLog::Listener listener) = 0;
    [[nodiscard]] virtual Uuid StoreId() const = 0;
    [[nodiscard]] virtual bool Synthetic() const = 0;
};

}  // namespace throughline
