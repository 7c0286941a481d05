// A log, rows and a view, put together as every test of the runner needs them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "projections/runner/folding.h"
#include "projections/runner/log_feed.h"
#include "projections/runner/memory_rows.h"
#include "projections/runner/runner.h"
#include "tests/projections/runner/plain_log.h"
#include "tests/projections/runner/pupil_facts.h"
#include "tests/projections/runner/tally.h"
#include "tests/projections/runner/waiting.h"

namespace throughline {

/// All rows of a group.
inline std::vector<Row> RowsOf(RowStore& rows, const std::string& group) {
    absl::StatusOr<std::vector<Row>> found = rows.Scan(RowSet::kServed, group, std::nullopt, 10'000);
    return found.ok() ? *std::move(found) : std::vector<Row>{};
}

struct RunnerUnderTest {
    StandingClock clock{FromMicros(1'756'800'000'000'000)};  // 2 September 2025
    PlainLog log{clock};
    MemoryRows rows;
    Tally view;

    std::unique_ptr<Runner> FromLog() {
        return std::make_unique<Runner>(view, std::make_unique<LogFeed>(log), log, rows);
    }

    /// Texts of a pupil's rows.
    std::vector<std::string> Texts(const PupilFacts& about) {
        std::vector<std::string> texts;
        for (const Row& row : RowsOf(rows, about.Group())) {
            if (!row.key.starts_with("text/")) continue;
            google::protobuf::StringValue text;
            if (text.ParseFromString(row.value)) texts.push_back(text.value());
        }
        return texts;
    }

    /// What a fold of the whole log in one go gives.
    std::string DigestOfOneGo() {
        MemoryRows fresh;
        const absl::Status folded = FoldFromLog(view, log, fresh, RowSet::kServed, [] { return false; });
        return folded.ok() ? DigestRows(fresh, RowSet::kServed).value() : std::string(folded.message());
    }

    std::string Digest() { return DigestRows(rows, RowSet::kServed).value(); }

    std::vector<FeedItem> Items() {
        std::vector<FeedItem> items;
        for (const Record& record : log.All()) {
            items.push_back({record, "after " + std::to_string(ToUint64(record.position))});
        }
        return items;
    }
};

}  // namespace throughline
