// Rows are changed through the same families that the log uses.
#include "tests/eventstore/log/checked_log.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "eventstore/log/frame.h"
#include "eventstore/log/keys.h"
#include "eventstore/log/log_paths.h"
#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {
namespace {

constexpr std::size_t kRequestRecords = 40;
constexpr std::uint64_t kRequests = 16;
constexpr std::uint64_t kRequestsPerStart = 5;
constexpr std::uint8_t kErased = 7;

}  // namespace

CheckedLog::CheckedLog() {
    for (std::uint64_t request = 0; request < kRequests; ++request) {
        RecordLog& log = request % kRequestsPerStart == 0 ? ground.Open() : *ground.log;
        std::vector<TestEvent> events;
        for (std::uint64_t i = 0; i < kRequestRecords; ++i) {
            const std::uint64_t number = request * kRequestRecords + i;
            TestEvent event{.type = fmt::format("test.Type{}", number % 3), .body = fmt::format("sealed {}", number)};
            event.tags = {fmt::format("pupil:{}", number % 5), fmt::format("record:{}", number)};
            const bool erased = number % 11 == kErased && request > kRequestsPerStart;
            event.subject = TestSubject(static_cast<std::uint8_t>(erased ? 0 : number % 11));
            events.push_back(std::move(event));
        }
        const auto appended = log.Append(MakeAppend(fmt::format("command {}", request), std::move(events)));
        EXPECT_TRUE(appended.ok()) << appended.status();
        // The first rows are in tables before the log is closed, the last ones in the write-ahead log after it.
        if (request == kRequestsPerStart) {
            EXPECT_TRUE(log.DeleteBodies(TestSubject(kErased)).ok());
        }
    }
    EXPECT_TRUE(ground.log->Append(MakeAppend("the last", {{.type = "test.Last"}})).ok());
    EXPECT_EQ(ground.log->End(), Position{kCheckedRecords});
    ground.Close();
}

void CheckedLog::Damage(const std::function<void(LogFamilies&)>& change) const {
    auto rocks = OpenRocks(LogFamilies::Options(DatabasePath(path()), nullptr));
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    LogFamilies families{*std::move(rocks)};
    change(families);
}

void CheckedLog::ChangeFrame(Position position,
                             const std::function<void(FrameParts& frame, std::size_t place)>& change) const {
    Damage([&](LogFamilies& families) {
        FrameParts frame = GetFrame(families, FrameOf(families, position));
        change(frame, ToUint64(position) - ToUint64(frame.first));
        PutFrame(families, frame);
    });
}

void CheckedLog::ChangeHeader(Position position, const std::function<void(std::string&)>& change) const {
    ChangeFrame(position, [&](FrameParts& frame, std::size_t place) { change(frame.headers[place]); });
}

FrameParts GetFrame(const LogFamilies& families, Position first) {
    const std::string row = GetRow(families, families.frames(), FrameKey(first));
    const auto view = FrameView::Parse(first, row);
    EXPECT_TRUE(view);
    FrameParts frame{first, {}, {}};
    for (Position position = first; position < view->end(); position = Next(position)) {
        frame.headers.emplace_back(view->Header(position));
        frame.bodies.emplace_back(view->Body(position));
    }
    return frame;
}

void PutFrame(LogFamilies& families, const FrameParts& frame) {
    FrameBuilder builder(frame.first);
    for (std::size_t i = 0; i < frame.headers.size(); ++i) builder.Add(frame.headers[i], frame.bodies[i]);
    rocksdb::WriteBatch batch;
    EXPECT_TRUE(builder.PutRow(batch, families.frames()).ok());
    EXPECT_TRUE(families.db().Write(Synced(), &batch).ok());
}

Position FrameOf(const LogFamilies& families, Position position) {
    const auto row = families.Iterate(families.frames());
    row->SeekForPrev(FrameKey(position));
    EXPECT_TRUE(row->Valid());
    return *ParseFrameKey(row->key().ToStringView());
}

std::string GetRow(const LogFamilies& families, rocksdb::ColumnFamilyHandle* family, std::string_view key) {
    std::string value;
    const rocksdb::Status status = families.db().Get({}, family, key, &value);
    EXPECT_TRUE(status.ok()) << status.ToString();
    return value;
}

void PutRow(LogFamilies& families, rocksdb::ColumnFamilyHandle* family, std::string_view key, std::string_view value) {
    EXPECT_TRUE(families.db().Put(Synced(), family, key, value).ok());
}

void DeleteRow(LogFamilies& families, rocksdb::ColumnFamilyHandle* family, std::string_view key) {
    EXPECT_TRUE(families.db().Delete(Synced(), family, key).ok());
}

std::vector<std::string> Told(const CheckReport& report) {
    std::vector<std::string> told;
    for (std::size_t i = 0; i < kCheckParts; ++i) {
        const auto part = static_cast<CheckPart>(i);
        for (const Finding& finding : report[part].findings) {
            EXPECT_FALSE(finding.advice.empty());
            told.push_back(fmt::format("{}, {}: {}", NameOf(part), finding.where, finding.what));
        }
    }
    return told;
}

std::vector<std::string> CheckOf(const std::string& path) {
    CheckReport report;
    const auto check = LogCheck::Open({.path = path}, report);
    EXPECT_TRUE(check.ok()) << check.status();
    const absl::Status run = (*check)->Run(nullptr, std::nullopt);
    EXPECT_TRUE(run.ok()) << run;
    return Told(report);
}

std::optional<TreeHash> CheckedRoot(const std::string& path, std::uint64_t records) {
    CheckReport report;
    const auto check = LogCheck::Open({.path = path}, report);
    EXPECT_TRUE(check.ok()) << check.status();
    EXPECT_TRUE((*check)->Run(nullptr, records).ok());
    return (*check)->root();
}

std::vector<std::string> FilesBelow(const std::string& folder) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        files.push_back(fmt::format("{} {} {}", entry.path().string(), entry.is_regular_file() ? entry.file_size() : 0,
                                    entry.last_write_time().time_since_epoch().count()));
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace throughline::testing
