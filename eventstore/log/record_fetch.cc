// What the index says is never taken on trust: the record found must say the same.
#include "eventstore/log/record_fetch.h"

#include <optional>
#include <string>

#include "eventstore/base/record_header.h"
#include "eventstore/log/keys.h"

namespace throughline {
namespace {

// Fewer are read before the other thread is awake.
constexpr std::size_t kWorthTwoThreads = 32;

bool HeaderMatches(std::string_view bytes, const Query& query) {
    const auto header = ParseRecordHeader(bytes);
    return header && Matches(query, header->type, std::span<const std::string_view>(header->tags));
}

}  // namespace

absl::Status RecordFetch::Show(std::span<const Place> places, RecordVisitor visitor) {
    std::size_t half = places.size() / 2;
    while (half > 0 && half < places.size() && places[half].frame == places[half - 1].frame) ++half;
    Part first{places.first(half), {}, {}, {}};
    Part second{places.subspan(half), {}, {}, {}};
    if (places.size() < kWorthTwoThreads || !second_.TryBegin([&] { Get(second); })) {
        Get(first);
        Get(second);
        if (absl::Status shown = Show(first, visitor); !shown.ok()) return shown;
        return Show(second, visitor);
    }
    Get(first);
    const absl::Status shown = Show(first, visitor);
    second_.Finish();
    return shown.ok() ? Show(second, visitor) : shown;
}

void RecordFetch::Get(Part& part) const {
    std::vector<std::string> keys;
    for (const Place& place : part.places) {
        if (!part.frames.empty() && part.frames.back() == place.frame) continue;
        part.frames.push_back(place.frame);
        keys.push_back(FrameKey(place.frame));
    }
    const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
    std::vector<rocksdb::Status> statuses(slices.size());
    part.rows = std::vector<rocksdb::PinnableSlice>(slices.size());
    families_.db().MultiGet({}, families_.frames(), slices.size(), slices.data(), part.rows.data(), statuses.data());
    for (std::size_t i = 0; i < statuses.size() && part.status.ok(); ++i) {
        if (statuses[i].ok()) continue;
        part.status = statuses[i].IsNotFound() ? RecordDamaged(part.frames[i], "is missing")
                                               : FromRocks(statuses[i], "reading the log");
    }
}

absl::Status RecordFetch::Show(const Part& part, RecordVisitor visitor) const {
    if (!part.status.ok()) return part.status;
    std::size_t at = 0;
    std::optional<FrameView> frame;
    for (const Place& place : part.places) {
        if (frame && place.frame != part.frames[at]) {
            ++at;
            frame.reset();
        }
        if (!frame) frame = FrameView::Parse(place.frame, part.rows[at].ToStringView());
        if (!frame) return FrameDamaged(place.frame);
        if (!frame->Holds(place.position)) return RecordDamaged(place.position, "is missing");
        RecordView record;
        absl::Status read = ReadRecordIn(*frame, place.position, erased_, with_bodies_, record);
        if (!read.ok()) return read;
        if (!HeaderMatches(record.header, query_)) {
            return RecordDamaged(place.position, "is not what the index says");
        }
        visitor(record);
    }
    return absl::OkStatus();
}

}  // namespace throughline
