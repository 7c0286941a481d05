// A row that is missing lets a repeated command be recorded twice; a wrong one answers with records of another.
#include "eventstore/log/log_check_commands.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace throughline {
namespace {

// Compared closely at once.
constexpr std::size_t kRangesComparedMax = 64;
constexpr std::uint64_t kRowsPerProgress = 1 << 16;

std::string_view AsText(const std::array<char, 16>& hash) {
    return {hash.data(), hash.size()};
}

}  // namespace

CommandCheck::CommandCheck(const LogFamilies& families, CheckReport& report, CheckProgress progress)
    : families_(families), report_(report), progress_(std::move(progress)) {}

absl::Status CommandCheck::Take(const CheckedRecord& record) {
    if (record.fields == nullptr) {
        missed_.Add(record.position, record.position);
    } else if (record.fields->request_index == 0) {
        sums_.Expect(record.position,
                     {record.fields->command_hash, PartOf(record.position), PartOf(record.fields->request_size)});
    }
    return absl::OkStatus();
}

absl::Status CommandCheck::Finish() {
    const PartTimer timer(report_, CheckPart::kCommands);
    const auto read = SumRows();
    if (!read.ok() || !*read) return read.status();
    return Compare(sums_.Differing());
}

absl::StatusOr<bool> CommandCheck::SumRows() {
    std::uint64_t expected_rows = 0;
    families_.db().GetIntProperty(families_.commands(), rocksdb::DB::Properties::kEstimateNumKeys, &expected_rows);
    std::uint64_t rows = 0;
    const rocksdb::Status status = VisitRows(true, [&](const Entry& entry) {
        if (++rows % kRowsPerProgress == 0 && progress_) progress_(CheckPart::kCommands, rows, expected_rows);
        if (missed_.Contains(entry.row.first)) return;
        sums_.Find(entry.row.first, {AsText(entry.hash), PartOf(entry.row.first), PartOf(entry.row.count)});
    });
    report_.Count(CheckPart::kCommands, "commands", rows);
    if (status.IsCorruption()) {
        report_.Add(CheckPart::kCommands, fmt::format("behind row {}", rows),
                    fmt::format("cannot be read: {}", status.ToString()));
        report_.LeaveOut(CheckPart::kCommands, "comparing: it cannot be read");
        return false;
    }
    if (!status.ok()) return FromRocks(status, "reading the index of commands");
    return true;
}

rocksdb::Status CommandCheck::VisitRows(bool tell, absl::FunctionRef<void(const Entry& entry)> visit) {
    const std::unique_ptr<rocksdb::Iterator> row = IterateForCheck(families_, families_.commands());
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
        Entry entry;
        const auto command = DecodeCommand(row->value().ToStringView());
        if (row->key().size() == entry.hash.size() && command) {
            std::copy_n(row->key().data(), entry.hash.size(), entry.hash.begin());
            entry.row = *command;
            visit(entry);
        } else if (tell) {
            report_.Add(CheckPart::kCommands, fmt::format("command {}", Hex(row->key().ToStringView())),
                        "its row cannot be read");
        }
    }
    return row->status();
}

absl::Status CommandCheck::Compare(std::vector<std::uint64_t> ranges) {
    if (ranges.empty()) return absl::OkStatus();
    if (ranges.size() > kRangesComparedMax) {
        report_.Add(CheckPart::kCommands, PlaceOf(Position{ranges.front() * RangeSums::kRangePositions}),
                    fmt::format("from here on it differs from the records in {} runs of {} positions; those in the "
                                "first {} are told",
                                ranges.size(), RangeSums::kRangePositions, kRangesComparedMax));
        ranges.resize(kRangesComparedMax);
    }
    std::vector<Entry> expected;
    for (const std::uint64_t range : ranges) {
        const auto take = [&](Position position, Position /*frame*/, const RecordHeaderView& fields) {
            Entry entry;
            if (fields.request_index != 0 || missed_.Contains(position)) return;
            fields.command_hash.copy(entry.hash.data(), entry.hash.size());
            entry.row = {position, fields.request_size};
            expected.push_back(entry);
        };
        if (absl::Status visited = VisitRange(families_, range, take); !visited.ok()) return visited;
    }
    std::vector<Entry> stored;
    const rocksdb::Status status = VisitRows(false, [&](const Entry& entry) {
        const bool differs = std::binary_search(ranges.begin(), ranges.end(), RangeSums::RangeOf(entry.row.first));
        if (differs && !missed_.Contains(entry.row.first)) stored.push_back(entry);
    });
    if (!status.ok()) return FromRocks(status, "reading the index of commands again");
    Tell(std::move(expected), std::move(stored));
    return absl::OkStatus();
}

void CommandCheck::Tell(std::vector<Entry> expected, std::vector<Entry> stored) {
    const auto less = [](const Entry& a, const Entry& b) {
        return std::tie(a.hash, a.row.first, a.row.count) < std::tie(b.hash, b.row.first, b.row.count);
    };
    std::sort(expected.begin(), expected.end(), less);
    std::sort(stored.begin(), stored.end(), less);
    std::vector<Entry> missing;
    std::vector<Entry> extra;
    std::set_difference(expected.begin(), expected.end(), stored.begin(), stored.end(), std::back_inserter(missing),
                        less);
    std::set_difference(stored.begin(), stored.end(), expected.begin(), expected.end(), std::back_inserter(extra),
                        less);
    auto next = extra.begin();
    const auto tell_extra = [&] {
        report_.Add(CheckPart::kCommands, PlaceOf(next->row.first),
                    fmt::format("command {} is stored as {} records from here on, and they are not of it",
                                Hex(AsText(next->hash)), next->row.count));
        ++next;
    };
    for (const Entry& command : missing) {
        while (next != extra.end() && next->hash < command.hash) tell_extra();
        const std::string place = PlaceOf(command.row.first);
        const std::string name = Hex(AsText(command.hash));
        if (next == extra.end() || next->hash != command.hash) {
            report_.Add(CheckPart::kCommands, place,
                        fmt::format("command {}, which begins here, is not stored: repeated, it would be recorded "
                                    "twice, or was",
                                    name));
            continue;
        }
        report_.Add(CheckPart::kCommands, place,
                    fmt::format("command {} has {} records from here on; stored are {} from position {} on", name,
                                command.row.count, next->row.count, ToUint64(next->row.first)));
        ++next;
    }
    while (next != extra.end()) tell_extra();
}

}  // namespace throughline
