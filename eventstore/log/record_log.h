// The immutable log of sealed records: dense positions, found by type and tag.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/position.h"
#include "eventstore/base/query.h"
#include "eventstore/base/record_header.h"
#include "eventstore/base/uuid.h"
#include "eventstore/ledger/frontier.h"
#include "eventstore/ledger/tree_reader.h"

namespace throughline {

/// An event on its way into the log. Its body is sealed already; the writer only adds position, epoch and time. Its
/// type, tags and subject are those that its header names.
struct SealedEvent {
    std::string header;  ///< Serialised RecordHeader with fields 1 to 14; the writer appends fields 15 to 17.
    std::string sealed_body;
};

/// All the events of one request.
struct SealedAppend {
    Condition condition;
    bool conditional = false;
    std::string command_hash;    ///< 16 bytes; key of the command index.
    std::string request_digest;  ///< 16 bytes; the same request has the same.
    std::vector<SealedEvent> events;
};

/// Where the events of a request stand.
struct AppendOutcome {
    Position first{};
    Position last{};
    bool repeated = false;  ///< The command was known; this is its first answer.
};

/// Takes the outcome of an append, once.
using AppendDone = absl::AnyInvocable<void(absl::StatusOr<AppendOutcome> outcome)>;

/// What the command index holds.
struct StoredCommand {
    Position first{};
    std::uint32_t count = 0;
    std::string request_digest;
};

/// A record as stored.
struct StoredRecord {
    Position position{};
    std::string header;       ///< Serialised RecordHeader, byte for byte as first written.
    std::string sealed_body;  ///< Empty once its subject's bodies were deleted.
};

/// A record while it is read; the views are valid only during the call that gets it.
struct RecordView {
    Position position{};
    std::string_view header;
    std::string_view sealed_body;  ///< Empty once its subject's bodies were deleted.
    /// The header's fields, where whoever found the record had to read them anyway; valid as long as the views.
    const RecordHeaderView* fields = nullptr;
};

/// Takes the records of one batch, in order.
using RecordVisitor = absl::FunctionRef<void(const RecordView& record)>;

/// What to read. Positions are inclusive.
struct ReadOptions {
    Query query{};
    std::optional<Position> from{};   ///< Absent: the first, or backwards the last.
    std::optional<Position> until{};  ///< Absent: to the end, or backwards to 0.
    bool backwards = false;
    std::uint64_t limit = 0;    ///< 0: as many as a batch holds (limits::kReadBatch…).
    bool headers_only = false;  ///< Leave `sealed_body` empty.
    std::size_t bytes_max = 0;  ///< 0, or fewer bytes than a batch holds: for readers with little room.
};

/// How far a batch came.
struct ReadProgress {
    /// Where the next batch starts; absent when all that there is was read.
    std::optional<Position> next;
    /// The end of the log that this batch saw: everything matching below it was considered.
    Position end{};
};

/// A bounded piece of a read.
struct ReadBatch {
    std::vector<StoredRecord> records;
    std::optional<Position> next;  ///< As in ReadProgress.
    Position end{};                ///< As in ReadProgress.
};

/// What a log has done since it was opened.
struct LogCounters {
    std::uint64_t commits = 0;  ///< Each was synced once.
    std::uint64_t appends = 0;  ///< Requests in them.
};

/// The log. Safe from many threads. One writer; readers never wait for it.
class RecordLog {
  public:
    virtual ~RecordLog() = default;

    /// Adds the events in the given order, all or none, and calls `done` when they are on disk or refused: from this
    /// call, or from a thread of the log, or one that is lent to it, so it must not block. It may also write the commit
    /// in this call, which takes as long as the disk does.
    ///
    ///   ABORTED              something newer matches the condition: load again, decide again.
    ///                        Reason CONDITION_FAILED; the text names the first position that failed it.
    ///   ALREADY_EXISTS       the command is known, with another request. Reason COMMAND_REUSED
    ///   INVALID_ARGUMENT     over a limit, a header that says something else than its event, or a condition after a
    ///                        position that the log does not have. Reason BAD_APPEND
    ///   FAILED_PRECONDITION  the bodies of a subject were deleted: nothing is added about it. Reason SUBJECT_ERASED
    ///   RESOURCE_EXHAUSTED   the queue (LOG_QUEUE_FULL) or the disk (DISK_FULL) is full: repeat after the hint
    ///   UNAVAILABLE          the disk refused, or the clock is wrong; whether they are stored is unknown: repeat
    virtual void BeginAppend(SealedAppend request, AppendDone done) = 0;

    /// For a thread that nobody waits for: commits what others began, for as long as more comes, which under load has
    /// no end. Back at once where nothing waits, or another thread is lent already. The log does without, too; on a
    /// thread that would else look for the next request it spares waking another for each commit.
    virtual void LendThread() {}

    /// The same, and waits.
    [[nodiscard]] absl::StatusOr<AppendOutcome> Append(SealedAppend request);

    /// Looks a command up; nothing where it is not known.
    [[nodiscard]] virtual absl::StatusOr<std::optional<StoredCommand>> FindCommand(std::string_view command_hash) = 0;

    /// Shows one batch of what matches to `visitor`, in order. Never more than limits::kReadBatchRecordsMax records,
    /// nor much more than limits::kReadBatchBytesMax bytes; `next` says where to go on.
    ///   DATA_LOSS            what is stored does not agree with itself; the text names the position
    [[nodiscard]] virtual absl::StatusOr<ReadProgress> Visit(const ReadOptions& options, RecordVisitor visitor) = 0;

    /// The same, as copies.
    [[nodiscard]] absl::StatusOr<ReadBatch> Read(const ReadOptions& options);

    /// The next position: the number of records that are durable.
    [[nodiscard]] virtual Position End() const = 0;

    /// Calls `listener` with the new end after each commit, from the thread that wrote it: it must not block.
    /// It is not called any more once the returned handle is gone.
    using Listener = std::function<void(Position end)>;
    [[nodiscard]] virtual std::shared_ptr<void> Listen(Listener listener) = 0;

    /// Deletes all bodies of a subject, so that their bytes are in no file of the log any more; headers stay. From then
    /// on appends about the subject are refused. Repeat it after any error: it may have been done in part. Returns how
    /// many records lost their body in this call.
    [[nodiscard]] virtual absl::StatusOr<std::uint64_t> DeleteBodies(SubjectId subject) = 0;

    /// False while the disk is too full to write.
    [[nodiscard]] virtual bool Writable() const = 0;

    [[nodiscard]] virtual LogCounters Counters() const = 0;

    /// The tree over the headers of all durable records (RFC 6962); its size is End(), or was a moment ago.
    [[nodiscard]] virtual Frontier Tree() const = 0;

    /// For proofs over what is durable.
    [[nodiscard]] virtual const TreeSource& TreeHashes() const = 0;

    /// The store's random id, given by `init`.
    [[nodiscard]] virtual Uuid StoreId() const = 0;

    /// True for a store made with `init --synthetic`: for stories and tests, for good.
    [[nodiscard]] virtual bool Synthetic() const = 0;
};

}  // namespace throughline
