// Sums are in a map and not in a row, since a damaged position may be any number.
#include "eventstore/log/log_check_ranges.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "eventstore/base/digest.h"
#include "eventstore/base/random_bytes.h"
#include "eventstore/log/frame.h"
#include "eventstore/log/keys.h"

namespace throughline {
namespace {

// What SHA-256 takes in one step, its padding left out.
constexpr std::size_t kEntryBytesMax = 55;
// Beyond so many runs the rest of the log counts as missed.
constexpr std::size_t kMissedRunsMax = 100'000;

}  // namespace

RangeSums::RangeSums() {
    FillRandom(key_);
}

void RangeSums::Add(Position position, std::initializer_list<std::string_view> parts, bool negative) {
    std::array<char, kEntryBytesMax> entry;
    std::copy(key_.begin(), key_.end(), entry.begin());
    std::size_t size = key_.size();
    for (const std::string_view part : parts) size += part.copy(entry.data() + size, kEntryBytesMax - size);
    const Sha256Digest hash = Sha256Of({entry.data(), size});
    Sum term;
    std::memcpy(&term.low, hash.data(), sizeof term.low);
    std::memcpy(&term.high, hash.data() + sizeof term.low, sizeof term.high);
    Sum& sum = sums_[RangeOf(position)];
    sum.low = negative ? sum.low - term.low : sum.low + term.low;
    sum.high = negative ? sum.high - term.high : sum.high + term.high;
}

std::vector<std::uint64_t> RangeSums::Differing() const {
    std::vector<std::uint64_t> ranges;
    for (const auto& [range, sum] : sums_) {
        if (sum.low != 0 || sum.high != 0) ranges.push_back(range);
    }
    std::sort(ranges.begin(), ranges.end());
    return ranges;
}

void MissedPositions::Add(Position first, Position last) {
    if (!runs_.empty() && (Next(runs_.back().second) == first || runs_.size() == kMissedRunsMax)) {
        runs_.back().second = last;
        return;
    }
    runs_.emplace_back(first, last);
}

bool MissedPositions::Contains(Position position) const {
    const auto behind = std::upper_bound(runs_.begin(), runs_.end(), position,
                                         [](Position at, const auto& run) { return at < run.first; });
    return behind != runs_.begin() && position <= std::prev(behind)->second;
}

absl::Status VisitRange(
    const LogFamilies& families, std::uint64_t range,
    absl::FunctionRef<void(Position position, Position frame, const RecordHeaderView& fields)> visit) {
    const Position first{range * RangeSums::kRangePositions};
    const Position end = Next(first, RangeSums::kRangePositions);
    const std::unique_ptr<rocksdb::Iterator> row = families.Iterate(families.frames());
    row->SeekForPrev(FrameKey(first));
    if (!row->Valid() && row->status().ok()) row->SeekToFirst();
    for (Position next{}; row->Valid(); row->Next()) {
        const auto at = ParseFrameKey(row->key().ToStringView());
        if (!at || *at < next) continue;
        if (end <= *at) break;
        const auto headers = FrameView::Parse(*at, row->value().ToStringView());
        if (!headers) continue;
        next = headers->end();
        for (Position position = std::max(*at, first); position < std::min(headers->end(), end);
             position = Next(position)) {
            const auto fields = ParseRecordHeader(headers->Header(position));
            if (fields) visit(position, *at, *fields);
        }
    }
    if (row->status().ok() || row->status().IsCorruption()) return absl::OkStatus();
    return FromRocks(row->status(), "reading frames");
}

}  // namespace throughline
