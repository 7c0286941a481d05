// A log of ten million records has some thirty million entries: they are summed in a first pass, and only those of
// ranges that differ are put beside each other.
#include "eventstore/log/log_check_index.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/number_bytes.h"

namespace throughline {
namespace {

// Compared closely at once: some hundred thousand entries.
constexpr std::size_t kPostingRangesComparedMax = 16;
constexpr std::uint64_t kRowsPerProgress = 1 << 16;

}  // namespace

/// The entries of some ranges that are only expected, or only stored.
struct IndexCheck::Differing {
    std::vector<Entry> expected;
    std::vector<Entry> stored;
    absl::flat_hash_map<Label, std::string> names;

    [[nodiscard]] std::string NameOf(const Label& label) const {
        const auto named = names.find(label);
        return named != names.end() ? named->second : fmt::format("label {}", Hex(label.AsBytes()));
    }

    static auto Key(const Entry& entry) { return std::tuple(entry.posting.place.position, entry.label); }
    static auto Whole(const Entry& entry) {
        return std::tuple_cat(Key(entry), std::tuple(entry.posting.place.frame, entry.posting.type_id));
    }

    void KeepWhatDiffers() {
        const auto less = [](const Entry& a, const Entry& b) { return Whole(a) < Whole(b); };
        std::sort(expected.begin(), expected.end(), less);
        std::sort(stored.begin(), stored.end(), less);
        std::vector<Entry> missing;
        std::vector<Entry> extra;
        std::set_difference(expected.begin(), expected.end(), stored.begin(), stored.end(), std::back_inserter(missing),
                            less);
        std::set_difference(stored.begin(), stored.end(), expected.begin(), expected.end(), std::back_inserter(extra),
                            less);
        expected = std::move(missing);
        stored = std::move(extra);
    }
};

IndexCheck::IndexCheck(const LogFamilies& families, TypeCheck& types, CheckReport& report, CheckProgress progress)
    : families_(families), types_(types), report_(report), progress_(std::move(progress)) {}

absl::Status IndexCheck::Take(const CheckedRecord& record) {
    if (record.fields == nullptr) {
        missed_.Add(record.position, record.position);
        return absl::OkStatus();
    }
    const TypeCheck::Numbered& type = types_.Of(record.fields->type, missed_.empty());
    const auto expect = [&](const Label& label) {
        sums_.Expect(record.position,
                     {label.AsBytes(), PartOf(record.position), PartOf(record.frame), PartOf(type.number)});
    };
    expect(type.label);
    for (const std::string_view tag : record.fields->tags) expect(TagLabel(tag));
    return absl::OkStatus();
}

absl::Status IndexCheck::Finish() {
    const PartTimer timer(report_, CheckPart::kIndex);
    const auto read = SumPostings();
    if (!read.ok() || !*read) return read.status();
    return Compare(sums_.Differing());
}

absl::StatusOr<bool> IndexCheck::SumPostings() {
    std::uint64_t expected_rows = 0;
    families_.db().GetIntProperty(families_.postings(), rocksdb::DB::Properties::kEstimateNumKeys, &expected_rows);
    std::uint64_t rows = 0;
    std::uint64_t count = 0;
    std::vector<PostingEntry> entries;
    std::optional<std::pair<Label, Position>> last;
    const rocksdb::Status status = VisitPostings(true, [&](const Label& label, Position first, rocksdb::Slice value) {
        if (++rows % kRowsPerProgress == 0 && progress_) progress_(CheckPart::kIndex, rows, expected_rows);
        if (!ParsePosting(first, value.ToStringView(), entries)) {
            report_.Add(CheckPart::kIndex, PlaceOf(first),
                        fmt::format("the posting of label {} that begins here cannot be read", Hex(label.AsBytes())));
            return;
        }
        if (last && last->first == label && first <= last->second) {
            report_.Add(CheckPart::kIndex, PlaceOf(first),
                        fmt::format("two postings of label {} overlap here", Hex(label.AsBytes())));
        }
        last = {label, entries.back().place.position};
        count += entries.size();
        for (const PostingEntry& entry : entries) {
            if (missed_.Contains(entry.place.position)) continue;
            sums_.Find(entry.place.position, {label.AsBytes(), PartOf(entry.place.position), PartOf(entry.place.frame),
                                              PartOf(entry.type_id)});
        }
    });
    report_.Count(CheckPart::kIndex, "entries", count);
    report_.Count(CheckPart::kIndex, "postings", rows);
    if (status.IsCorruption()) {
        report_.Add(CheckPart::kIndex, fmt::format("behind posting {}", rows),
                    fmt::format("cannot be read: {}", status.ToString()));
        report_.LeaveOut(CheckPart::kIndex, "comparing: it cannot be read");
        return false;
    }
    if (!status.ok()) return FromRocks(status, "reading the index");
    return true;
}

rocksdb::Status IndexCheck::VisitPostings(
    bool tell, absl::FunctionRef<void(const Label& label, Position first, rocksdb::Slice value)> visit) {
    const std::unique_ptr<rocksdb::Iterator> row = IterateForCheck(families_, families_.postings());
    Label label;
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
        const std::string_view key = row->key().ToStringView();
        if (key.size() != label.bytes.size() + kUint64Bytes) {
            if (tell) report_.Add(CheckPart::kIndex, fmt::format("key {}", Hex(key)), "no posting has such a key");
            continue;
        }
        std::copy_n(key.begin(), label.bytes.size(), label.bytes.begin());
        visit(label, Position{FromBigEndian(key.substr(label.bytes.size()))}, row->value());
    }
    return row->status();
}

absl::Status IndexCheck::Compare(std::vector<std::uint64_t> ranges) {
    if (ranges.empty()) return absl::OkStatus();
    if (ranges.size() > kPostingRangesComparedMax) {
        report_.Add(CheckPart::kIndex, PlaceOf(Position{ranges.front() * RangeSums::kRangePositions}),
                    fmt::format("from here on it differs from the records in {} runs of {} positions; those in the "
                                "first {} are told",
                                ranges.size(), RangeSums::kRangePositions, kPostingRangesComparedMax));
        ranges.resize(kPostingRangesComparedMax);
    }
    Differing found;
    if (absl::Status collected = Collect(ranges, found); !collected.ok()) return collected;
    found.KeepWhatDiffers();
    Tell(found);
    return absl::OkStatus();
}

absl::Status IndexCheck::Collect(const std::vector<std::uint64_t>& ranges, Differing& found) {
    for (const std::uint64_t range : ranges) {
        const auto take = [&](Position position, Position frame, const RecordHeaderView& fields) {
            if (missed_.Contains(position)) return;
            const TypeCheck::Numbered& type = types_.Of(fields.type, false);
            const PostingEntry entry{{position, frame}, type.number};
            found.expected.push_back({type.label, entry});
            found.names.try_emplace(type.label, fmt::format("type {}", fields.type));
            for (const std::string_view tag : fields.tags) {
                found.expected.push_back({TagLabel(tag), entry});
                found.names.try_emplace(found.expected.back().label, fmt::format("tag {}", tag));
            }
        };
        if (absl::Status visited = VisitRange(families_, range, take); !visited.ok()) return visited;
    }
    std::vector<PostingEntry> entries;
    const rocksdb::Status status = VisitPostings(false, [&](const Label& label, Position first, rocksdb::Slice value) {
        if (!ParsePosting(first, value.ToStringView(), entries)) return;
        for (const PostingEntry& entry : entries) {
            const Position position = entry.place.position;
            if (!std::binary_search(ranges.begin(), ranges.end(), RangeSums::RangeOf(position))) continue;
            if (!missed_.Contains(position)) found.stored.push_back({label, entry});
        }
    });
    return FromRocks(status, "reading the index again");
}

void IndexCheck::Tell(const Differing& found) {
    auto stored = found.stored.begin();
    const auto extra = [&] {
        report_.Add(
            CheckPart::kIndex, PlaceOf(stored->posting.place.position),
            fmt::format("a posting of {} names this record, wrongly or once too often", found.NameOf(stored->label)));
        ++stored;
    };
    for (const Entry& expected : found.expected) {
        const auto key = Differing::Key(expected);
        while (stored != found.stored.end() && Differing::Key(*stored) < key) extra();
        const std::string place = PlaceOf(expected.posting.place.position);
        if (stored == found.stored.end() || Differing::Key(*stored) != key) {
            report_.Add(CheckPart::kIndex, place,
                        fmt::format("no posting of {} names this record", found.NameOf(expected.label)));
            continue;
        }
        report_.Add(
            CheckPart::kIndex, place,
            fmt::format("the posting of {} says frame {} and type {}; the record stands in frame {} and is of "
                        "type {}",
                        found.NameOf(expected.label), ToUint64(stored->posting.place.frame), stored->posting.type_id,
                        ToUint64(expected.posting.place.frame), expected.posting.type_id));
        ++stored;
    }
    while (stored != found.stored.end()) extra();
}

}  // namespace throughline
