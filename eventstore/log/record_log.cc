// What every log does alike: waiting for an append, and copying what a visit shows.
#include "eventstore/log/record_log.h"

#include <semaphore>
#include <utility>

namespace throughline {

absl::StatusOr<AppendOutcome> RecordLog::Append(SealedAppend request) {
    absl::StatusOr<AppendOutcome> outcome = AppendOutcome{};
    std::binary_semaphore answered{0};
    BeginAppend(std::move(request), [&](absl::StatusOr<AppendOutcome> given) {
        outcome = std::move(given);
        answered.release();
    });
    answered.acquire();
    return outcome;
}

absl::StatusOr<ReadBatch> RecordLog::Read(const ReadOptions& options) {
    ReadBatch batch;
    const auto progress = Visit(options, [&](const RecordView& record) {
        batch.records.push_back({record.position, std::string(record.header), std::string(record.sealed_body)});
    });
    if (!progress.ok()) return progress.status();
    batch.next = progress->next;
    batch.end = progress->end;
    return batch;
}

}  // namespace throughline
