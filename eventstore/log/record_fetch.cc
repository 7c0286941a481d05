// What the index says is never taken on trust: the record found must say the same.
#include "eventstore/log/record_fetch.h"

#include <sys/resource.h>

#include <bit>
#include <optional>
#include <string>

#include "eventstore/base/record_header.h"
#include "eventstore/log/keys.h"

namespace throughline {
namespace {

// So many frames ahead: by then the processor has it.
constexpr std::size_t kFetchAhead = 4;

bool IsMatch(const std::optional<RecordHeaderView>& header, const Query& query) {
    return header && Matches(query, header->type, std::span<const std::string_view>(header->tags));
}

/// How often this thread waited for the disk because a page was not in memory.
std::int64_t WaitsForPages() {
    rusage usage{};
    return ::getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_majflt : 0;
}

}  // namespace

absl::Status RecordFetch::Show(std::span<const Place> places, RecordVisitor visitor) {
    parts_.clear();
    for (std::size_t from = 0, to = 0; from < places.size(); from = to) {
        while (to < places.size() && places[to].frame == places[from].frame) ++to;
        parts_.push_back({places.subspan(from, to - from), tables_->Find(places[from].frame)});
    }
    const std::span<const Part> parts(parts_);
    const std::int64_t waits = WaitsForPages();
    bool loading = false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i + kFetchAhead < parts.size()) parts[i + kFetchAhead].spot.FetchAhead();
        const auto row = FrameTableSet::Row(parts[i].spot, parts[i].frame());
        if (!row) {
            // Together with those that follow and are in no table either.
            std::size_t end = i + 1;
            while (end < parts.size() && parts[end].spot.table == nullptr) ++end;
            if (absl::Status shown = ShowFromRocks(parts.subspan(i, end - i), visitor); !shown.ok()) return shown;
            i = end - 1;
            continue;
        }
        if (absl::Status shown = ShowPart(parts[i], *row, visitor); !shown.ok()) return shown;
        // One wait means more of them: let the disk do them side by side. Asked rarely, since asking costs too.
        if (!loading && std::has_single_bit(i + 1) && WaitsForPages() != waits) {
            loading = true;
            for (const Part& later : parts.subspan(i + 1)) later.spot.LoadAhead();
        }
    }
    return absl::OkStatus();
}

absl::Status RecordFetch::ShowFromRocks(std::span<const Part> parts, RecordVisitor visitor) const {
    std::vector<std::string> keys;
    keys.reserve(parts.size());
    for (const Part& part : parts) keys.push_back(FrameKey(part.frame()));
    const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
    std::vector<rocksdb::Status> statuses(slices.size());
    std::vector<rocksdb::PinnableSlice> rows(slices.size());
    families_.db().MultiGet({}, families_.frames(), slices.size(), slices.data(), rows.data(), statuses.data());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (statuses[i].IsNotFound()) return RecordDamaged(parts[i].frame(), "is missing");
        if (!statuses[i].ok()) return FromRocks(statuses[i], "reading the log");
        if (absl::Status shown = ShowPart(parts[i], rows[i].ToStringView(), visitor); !shown.ok()) return shown;
    }
    return absl::OkStatus();
}

absl::Status RecordFetch::ShowPart(const Part& part, std::string_view row, RecordVisitor visitor) const {
    const auto frame = FrameView::Parse(part.frame(), row);
    if (!frame) return FrameDamaged(part.frame());
    for (const Place& place : part.places) {
        if (!frame->Holds(place.position)) return RecordDamaged(place.position, "is missing");
        RecordView record;
        absl::Status read = ReadRecordIn(*frame, place.position, erased_, with_bodies_, record);
        if (!read.ok()) return read;
        const auto header = ParseRecordHeader(record.header);
        if (!IsMatch(header, query_)) return RecordDamaged(place.position, "is not what the index says");
        record.fields = &*header;
        visitor(record);
    }
    return absl::OkStatus();
}

}  // namespace throughline
