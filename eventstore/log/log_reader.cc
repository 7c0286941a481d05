// The log only grows behind `end`, so a read below it needs no snapshot.
#include "eventstore/log/log_reader.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "eventstore/base/record_header.h"
#include "eventstore/base/status_details.h"
#include "eventstore/log/append_checks.h"
#include "eventstore/log/batch_bound.h"
#include "eventstore/log/command_row.h"
#include "eventstore/log/log_scan.h"
#include "eventstore/log/query_cursor.h"
#include "eventstore/log/record_fetch.h"

namespace throughline {
namespace {

absl::Status CommandDamaged() {
    return WithReason(absl::DataLossError("a row of the command index is damaged; restore the log from a backup"),
                      "CORRUPTION");
}

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

absl::StatusOr<ReadProgress> LogReader::Visit(const ReadOptions& options, Position end, RecordVisitor visitor) const {
    if (absl::Status checked = CheckQuery(options.query); !checked.ok()) return checked;
    const std::optional<Walk> walk = WalkOf(options, end);
    if (!walk) return ReadProgress{std::nullopt, end};
    const auto next =
        MatchesEverything(options.query) ? VisitAll(options, *walk, visitor) : VisitMatches(options, *walk, visitor);
    if (!next.ok()) return next.status();
    return ReadProgress{*next, end};
}

absl::StatusOr<std::optional<Position>> LogReader::VisitAll(const ReadOptions& options, const Walk& walk,
                                                            RecordVisitor visitor) const {
    const std::uint64_t files = kept_.files();
    std::unique_ptr<LogScan> scan = kept_.Take(walk, !options.headers_only);
    if (!scan)
        scan = std::make_unique<LogScan>(families_, erased_, tables_.Now(families_), walk, !options.headers_only);
    BatchBound bound(options);
    RecordView record;
    while (scan->next() && !bound.reached()) {
        if (absl::Status read = scan->NextRecord(record); !read.ok()) return read;
        bound.Count(record);
        visitor(record);
    }
    const std::optional<Position> next = scan->next();
    if (next) kept_.Keep(std::move(scan), files);
    return next;
}

absl::StatusOr<std::optional<Position>> LogReader::VisitMatches(const ReadOptions& options, const Walk& walk,
                                                                RecordVisitor visitor) const {
    const std::unique_ptr<PositionCursor> cursor = WalkQuery(families_, types_, options.query, walk);
    if (absl::Status sought = cursor->Seek(walk.start()); !sought.ok()) return sought;
    RecordFetch fetch(families_, erased_, tables_.Now(families_), options.query, !options.headers_only);
    BatchBound bound(options);
    std::vector<Place> places;
    while (cursor->at()) {
        places.clear();
        const std::uint64_t places_max = std::min<std::uint64_t>(bound.records_left(), RecordFetch::kPlacesMax);
        while (cursor->at() && places.size() < places_max) {
            places.push_back(*cursor->at());
            if (absl::Status advanced = cursor->Advance(); !advanced.ok()) return advanced;
        }
        std::optional<Position> next;
        const absl::Status shown = fetch.Show(places, [&](const RecordView& record) {
            if (bound.reached()) {
                if (!next) next = record.position;
                return;
            }
            bound.Count(record);
            visitor(record);
        });
        if (!shown.ok()) return shown;
        if (next) return next;
        if (bound.reached()) break;
    }
    return cursor->at() ? std::optional(cursor->at()->position) : std::nullopt;
}

absl::StatusOr<std::optional<StoredCommand>> LogReader::FindCommand(std::string_view command_hash) const {
    rocksdb::PinnableSlice row;
    const rocksdb::Status status = families_.db().Get({}, families_.commands(), command_hash, &row);
    if (status.IsNotFound()) return std::optional<StoredCommand>{};
    if (!status.ok()) return FromRocks(status, "looking a command up");
    const auto command = DecodeCommand(row.ToStringView());
    if (!command) return CommandDamaged();
    auto digest = RequestDigest(command_hash, command->first);
    if (!digest.ok()) return digest.status();
    return std::optional<StoredCommand>({command->first, command->count, *std::move(digest)});
}

absl::StatusOr<std::string> LogReader::RequestDigest(std::string_view command_hash, Position position) const {
    LogScan scan(families_, erased_, tables_.Now(families_), Walk{position, position, false}, false);
    RecordView record;
    if (absl::Status read = scan.NextRecord(record); !read.ok()) return read;
    const auto header = ParseRecordHeader(record.header);
    if (!header || header->command_hash != command_hash) return CommandDamaged();
    return std::string(header->request_digest);
}

}  // namespace throughline
