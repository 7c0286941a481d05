// What the index says is never taken on trust: the record found must say the same.
#include "eventstore/log/record_fetch.h"

#include <algorithm>
#include <string>

#include "eventstore/base/record_header.h"
#include "eventstore/log/keys.h"

namespace throughline {
namespace {

bool HeaderMatches(std::string_view bytes, const Query& query) {
    const auto header = ParseRecordHeader(bytes);
    return header && Matches(query, header->type, std::span<const std::string_view>(header->tags));
}

std::string_view Text(const rocksdb::PinnableSlice& slice) {
    return {slice.data(), slice.size()};
}

}  // namespace

absl::Status RecordFetch::Show(std::span<const Place> places, RecordVisitor visitor) {
    std::vector<Position> frames;
    for (const Place& place : places) {
        if (frames.empty() || frames.back() != place.frame) frames.push_back(place.frame);
    }
    Rows rows;
    if (absl::Status got = Get(frames, rows); !got.ok()) return got;
    std::size_t at = 0;
    auto frame = FrameView::Parse(frames.front(), Text(rows.front()));
    for (const Place& place : places) {
        if (place.frame != frames[at]) {
            ++at;
            frame = FrameView::Parse(frames[at], Text(rows[at]));
        }
        if (!frame) return FrameDamaged(place.frame);
        if (!frame->Holds(place.position)) return RecordDamaged(place.position, "is missing");
        const auto record = RecordIn(*frame, place.position, erased_, with_bodies_);
        if (!record.ok()) return record.status();
        if (!HeaderMatches(record->header, query_)) {
            return RecordDamaged(place.position, "is not what the index says");
        }
        visitor(*record);
    }
    return absl::OkStatus();
}

absl::Status RecordFetch::Get(const std::vector<Position>& frames, Rows& rows) const {
    std::vector<std::string> keys;
    keys.reserve(frames.size());
    for (const Position frame : frames) keys.push_back(FrameKey(frame));
    const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
    std::vector<rocksdb::Status> statuses(frames.size());
    rows = Rows(frames.size());
    // Rows that stand far apart are rarely asked for again soon: the operating system keeps their pages, and the cache
    // has the index instead.
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    families_.db().MultiGet(options, families_.frames(), slices.size(), slices.data(), rows.data(), statuses.data());
    for (std::size_t i = 0; i < statuses.size(); ++i) {
        if (statuses[i].IsNotFound()) return RecordDamaged(frames[i], "is missing");
        if (!statuses[i].ok()) return FromRocks(statuses[i], "reading the log");
    }
    return absl::OkStatus();
}

}  // namespace throughline
