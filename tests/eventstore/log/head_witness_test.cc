// A log never opens short: whatever goes missing shows against the HEAD file.
#include "eventstore/log/head_witness.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/wal_end.h"
#include "eventstore/log/head_file.h"
#include "eventstore/log/log_paths.h"
#include "tests/eventstore/log/log_ground.h"
#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {
namespace {

using ::testing::HasSubstr;

namespace fs = std::filesystem;

void AppendSome(LogGround& ground, int count) {
    for (int i = 0; i < count; ++i) {
        const auto outcome = ground.log->Append(MakeAppend(ToString(RandomUuid()), {{.tags = {"pupil:1"}}}));
        ASSERT_TRUE(outcome.ok()) << outcome.status();
    }
}

// As a kill leaves it: the files as they are now, without the clean end.
void CopyAsKilled(const LogGround& ground, const std::string& to) {
    fs::copy(ground.path(), to, fs::copy_options::recursive);
}

absl::Status OpenCopy(const LogGround& ground, const std::string& path, Position* end = nullptr) {
    RocksLogOptions options = ground.options;
    options.path = path;
    const auto log = RocksLog::Open(options);
    if (log.ok() && end != nullptr) *end = (*log)->End();
    return log.status();
}

void FlipByte(const std::string& path, std::streamoff at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const char byte = static_cast<char>(file.get());
    file.seekp(at);
    file.put(static_cast<char>(byte ^ 0x40));
}

std::vector<fs::path> WriteAheadLogs(const std::string& path) {
    std::vector<fs::path> logs;
    for (const auto& entry : fs::directory_iterator(DatabasePath(path))) {
        if (entry.path().extension() == ".log") logs.push_back(entry.path());
    }
    return logs;
}

// Where what was written ends: behind it the file is zeroed ahead.
std::uintmax_t BytesOfRecords(const fs::path& path) {
    std::unique_ptr<rocksdb::FSSequentialFile> file;
    EXPECT_TRUE(rocksdb::FileSystem::Default()->NewSequentialFile(path, {}, &file, nullptr).ok());
    WalEnd end;
    EXPECT_TRUE(FindWalEnd(*file, &end).ok());
    return end.bytes;
}

TEST(HeadSlotTest, ReadsWhatWasWrittenAndNothingElse) {
    const HeadState state{RandomUuid(), 7, 3, Position{4711}};
    std::string bytes = EncodeHeadSlot(state);
    EXPECT_EQ(DecodeHeadSlot(bytes), state);
    for (char& byte : bytes) {
        byte = static_cast<char>(byte ^ 1);
        EXPECT_FALSE(DecodeHeadSlot(bytes));
        byte = static_cast<char>(byte ^ 1);
    }
    EXPECT_FALSE(DecodeHeadSlot(bytes.substr(1)));
}

TEST(HeadWitnessTest, RefusesALogWhoseWriteAheadLogWasDeleted) {
    LogGround ground;
    ground.Open();
    AppendSome(ground, 5);
    ground.Close();
    for (const fs::path& log : WriteAheadLogs(ground.path())) fs::remove(log);
    const absl::Status opened = ground.TryOpen();
    EXPECT_EQ(opened.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(ReasonOf(opened), "LOG_SHORT");
    EXPECT_THAT(std::string(opened.message()), HasSubstr("ends at 0, but its HEAD file witnesses 5"));
    EXPECT_EQ(ReasonOf(ground.TryOpen()), "LOG_SHORT") << "the second try must not be let through";
}

TEST(HeadWitnessTest, RefusesALogWhoseWriteAheadLogWasCutAtARecord) {
    LogGround ground;
    ground.Open();
    AppendSome(ground, 2);
    const auto logs = WriteAheadLogs(ground.path());
    const fs::path live = *std::max_element(logs.begin(), logs.end());
    const auto size = BytesOfRecords(live);
    AppendSome(ground, 2);
    ground.Close();
    fs::resize_file(live, size);
    const absl::Status opened = ground.TryOpen();
    EXPECT_EQ(ReasonOf(opened), "LOG_SHORT") << opened;
    EXPECT_THAT(std::string(opened.message()), HasSubstr("the last 2 records are missing"));
}

TEST(HeadWitnessTest, RefusesAnOlderCopyOfTheDatabase) {
    LogGround ground;
    ground.Open();
    AppendSome(ground, 2);
    const TemporaryFolder backup;
    fs::copy(DatabasePath(ground.path()), backup.path() + "/db", fs::copy_options::recursive);
    AppendSome(ground, 1);
    ground.Close();
    fs::remove_all(DatabasePath(ground.path()));
    fs::copy(backup.path() + "/db", DatabasePath(ground.path()), fs::copy_options::recursive);
    EXPECT_EQ(ReasonOf(ground.TryOpen()), "LOG_SHORT");
}

TEST(HeadWitnessTest, RefusesALogWithoutItsDatabaseOrWithoutItsHeadFile) {
    LogGround ground;
    ground.Open();
    AppendSome(ground, 1);
    ground.Close();
    const TemporaryFolder copies;
    CopyAsKilled(ground, copies.path() + "/no_head");
    CopyAsKilled(ground, copies.path() + "/no_database");
    fs::remove(HeadPath(copies.path() + "/no_head"));
    fs::remove_all(DatabasePath(copies.path() + "/no_database"));
    EXPECT_EQ(ReasonOf(OpenCopy(ground, copies.path() + "/no_head")), "HEAD_MISSING");
    EXPECT_EQ(ReasonOf(OpenCopy(ground, copies.path() + "/no_database")), "LOG_SHORT");
}

TEST(HeadWitnessTest, RefusesAnotherStoresHeadFile) {
    LogGround ground;
    const LogGround other;
    fs::copy_file(HeadPath(other.path()), HeadPath(ground.path()), fs::copy_options::overwrite_existing);
    EXPECT_EQ(ReasonOf(ground.TryOpen()), "HEAD_WRONG");
}

TEST(HeadWitnessTest, KnowsTheEndEvenWhenTheProcessIsKilled) {
    LogGround ground;
    ground.options.head_sync_interval = std::chrono::hours(1);
    ground.Open();
    AppendSome(ground, 3);
    const TemporaryFolder copies;
    CopyAsKilled(ground, copies.path() + "/killed");
    CopyAsKilled(ground, copies.path() + "/cut");
    Position end{};
    EXPECT_TRUE(OpenCopy(ground, copies.path() + "/killed", &end).ok());
    EXPECT_EQ(end, Position{3});
    for (const fs::path& log : WriteAheadLogs(copies.path() + "/cut")) fs::remove(log);
    EXPECT_EQ(ReasonOf(OpenCopy(ground, copies.path() + "/cut")), "LOG_SHORT");
}

TEST(HeadWitnessTest, OpensWithOneDamagedSlotAndRefusesTwo) {
    LogGround ground;
    for (int i = 0; i < 3; ++i) {
        ground.Open();
        AppendSome(ground, 1);
        ground.Close();
    }
    constexpr std::streamoff kSlotStride = 4096;
    for (std::streamoff slot = 0; slot < 2; ++slot) {
        const TemporaryFolder copies;
        CopyAsKilled(ground, copies.path() + "/one");
        FlipByte(HeadPath(copies.path() + "/one"), slot * kSlotStride + 30);
        EXPECT_TRUE(OpenCopy(ground, copies.path() + "/one").ok());
    }
    FlipByte(HeadPath(ground.path()), 30);
    FlipByte(HeadPath(ground.path()), kSlotStride + 30);
    EXPECT_EQ(ReasonOf(ground.TryOpen()), "HEAD_DAMAGED");
}

TEST(HeadWitnessTest, LeavesOneSlotAloneUntilTheOtherIsSynced) {
    const TemporaryFolder folder;
    const auto files = FilesOf(nullptr);
    const std::string path = folder.path() + "/HEAD";
    const HeadState start{RandomUuid(), 0, 1, Position{0}};
    ASSERT_TRUE(CreateHeadFile(*files, path, start).ok());
    auto file = HeadFile::Open(*files, path);
    ASSERT_TRUE(file.ok());
    HeadWitness witness(*std::move(file), start, std::chrono::hours(1), [](const absl::Status&) {});
    for (std::uint64_t end = 1; end <= 5; ++end) ASSERT_TRUE(witness.Note(1, Position{end}).ok());
    EXPECT_EQ(ReadHeadFile(*files, path)->end, Position{5});
    FlipByte(path, 4096 + 30);
    EXPECT_EQ(*ReadHeadFile(*files, path), start);
}

}  // namespace
}  // namespace throughline::testing
