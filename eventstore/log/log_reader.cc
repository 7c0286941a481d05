// The log only grows behind `end`, so a read below it needs no snapshot.
#include "eventstore/log/log_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "eventstore/log/append_checks.h"
#include "eventstore/log/command_row.h"
#include "eventstore/log/query_cursor.h"
#include "eventstore/log/record_finder.h"

namespace throughline {
namespace {

// What `options` asks for, cut to what there is; nothing where that is empty.
std::optional<Walk> WalkOf(const ReadOptions& options, Position end) {
    if (end == Position{0}) return std::nullopt;
    const Position last{ToUint64(end) - 1};
    const auto& low = options.backwards ? options.until : options.from;
    const auto& high = options.backwards ? options.from : options.until;
    const Walk walk{low.value_or(Position{0}), std::min(high.value_or(last), last), options.backwards};
    if (walk.high < walk.low) return std::nullopt;
    return walk;
}

}  // namespace

absl::StatusOr<ReadBatch> LogReader::Read(const ReadOptions& options, Position end) const {
    if (absl::Status checked = CheckQuery(options.query); !checked.ok()) return checked;
    ReadBatch batch;
    batch.end = end;
    const std::optional<Walk> walk = WalkOf(options, end);
    if (!walk) return batch;
    const std::uint64_t records_max = std::min<std::uint64_t>(
        options.limit == 0 ? limits::kReadBatchRecordsMax : options.limit, limits::kReadBatchRecordsMax);
    RecordFinder finder(families_, erased_);
    const std::unique_ptr<PositionCursor> cursor = WalkQuery(families_, types_, options.query, *walk);
    absl::Status status = cursor->Seek(walk->start());
    std::size_t bytes = 0;
    for (; status.ok() && cursor->at(); status = cursor->Advance()) {
        if (batch.records.size() >= records_max || bytes >= limits::kReadBatchBytesMax) {
            batch.next = cursor->at();
            break;
        }
        auto record = finder.Find(*cursor->at(), options.query, !options.headers_only);
        if (!record.ok()) return record.status();
        bytes += record->header.size() + record->sealed_body.size();
        batch.records.push_back(*std::move(record));
    }
    if (!status.ok()) return status;
    return batch;
}

absl::StatusOr<std::optional<StoredCommand>> LogReader::FindCommand(std::string_view command_hash) const {
    rocksdb::PinnableSlice row;
    const rocksdb::Status status =
        families_.db().Get({}, families_.commands(), rocksdb::Slice(command_hash.data(), command_hash.size()), &row);
    if (status.IsNotFound()) return std::optional<StoredCommand>{};
    if (!status.ok()) return FromRocks(status, "looking a command up");
    auto command = DecodeCommand({row.data(), row.size()});
    if (!command) {
        return WithReason(absl::DataLossError("a row of the command index is damaged; restore the log from a backup"),
                          "CORRUPTION");
    }
    return command;
}

}  // namespace throughline
