// What every log does alike: waiting for an append, and reading to the end over as many batches as it takes.
#include "eventstore/store/event_log.h"

#include <algorithm>
#include <iterator>
#include <semaphore>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"

namespace throughline {

absl::StatusOr<Appended> EventLog::Append(const CommandKey& key, const std::optional<Condition>& condition,
                                          std::span<const NewEvent> events) {
    absl::StatusOr<Appended> appended = Appended{};
    std::binary_semaphore answered{0};
    BeginAppend(key, condition, events, AnswerWith::kHeaders, [&](absl::StatusOr<Appended> given) {
        appended = std::move(given);
        answered.release();
    });
    answered.acquire();
    return appended;
}

absl::StatusOr<RecordBatch> EventLog::ReadAll(ReadOptions options, std::size_t records_max) {
    RecordBatch all;
    const std::uint64_t limit = options.limit;
    for (bool first = true;; first = false) {
        if (limit != 0) options.limit = limit - all.records.size();
        absl::StatusOr<RecordBatch> batch = Read(options);
        if (!batch.ok()) return batch.status();
        if (all.records.size() + batch->records.size() > records_max) {
            return WithReason(absl::ResourceExhaustedError(fmt::format(
                                  "more than {} records match; read them in batches, or ask for less", records_max)),
                              "TOO_MANY_RECORDS");
        }
        std::move(batch->records.begin(), batch->records.end(), std::back_inserter(all.records));
        // Backwards, only the first batch looked at the end; forwards, the last one saw the furthest.
        if (first || !options.backwards) all.end = batch->end;
        all.next = batch->next;
        if (!batch->next || (limit != 0 && all.records.size() >= limit)) return all;
        options.from = batch->next;
    }
}

}  // namespace throughline
