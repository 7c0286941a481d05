// Rot below the rows: whichever byte of whichever file is flipped, a check finds it, or nobody is touched by it.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/eventstore/log/checked_log.h"

namespace throughline::testing {
namespace {

namespace fs = std::filesystem;

void FlipByte(const fs::path& path, std::uintmax_t at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ 0x10));
}

/// Everything that the log says of itself.
absl::StatusOr<std::vector<std::string>> ReadAll(RocksLogOptions options) {
    options.fatal = [](const absl::Status&) {};
    auto log = RocksLog::Open(options);
    if (!log.ok()) return log.status();
    std::vector<std::string> all;
    const auto batch = (*log)->Read({});
    if (!batch.ok()) return batch.status();
    for (const StoredRecord& record : batch->records) all.push_back(record.header + record.sealed_body);
    const auto tagged = (*log)->Read({.query = {{{{}, {"pupil:1"}}}}});
    if (!tagged.ok()) return tagged.status();
    all.push_back(std::to_string(tagged->records.size()));
    return all;
}

TEST(LogCheckRotTest, FindsAFlippedByteInAnyFileUnlessItIsHarmless) {
    CheckedLog log;
    const auto whole = ReadAll(log.ground.options);
    ASSERT_TRUE(whole.ok()) << whole.status();
    const TemporaryFolder copies;
    RocksLogOptions options = log.ground.options;
    options.path = copies.path() + "/copy";
    int found = 0;
    int harmless = 0;
    for (const auto& entry : fs::recursive_directory_iterator(log.path())) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_regular_file() || entry.file_size() == 0 || name.starts_with("LOG")) continue;
        constexpr std::uintmax_t kFlipsPerFile = 6;
        for (std::uintmax_t flip = 0; flip < kFlipsPerFile; ++flip) {
            const std::uintmax_t at = entry.file_size() * (2 * flip + 1) / (2 * kFlipsPerFile);
            SCOPED_TRACE(fmt::format("byte {} of {}", at, name));
            fs::remove_all(options.path);
            fs::copy(log.path(), options.path, fs::copy_options::recursive);
            FlipByte(options.path / fs::relative(entry.path(), log.path()), at);
            const auto told = CheckOf(options.path);
            ++(told.empty() ? harmless : found);
            if (!told.empty()) continue;
            const auto read = ReadAll(options);
            ASSERT_TRUE(read.ok()) << read.status();
            EXPECT_EQ(*read, *whole);
        }
    }
    EXPECT_GT(found, 0);
    EXPECT_GT(harmless, 0) << "the spare slot of HEAD, at least";
}

TEST(LogCheckRotTest, NamesTheFileAndGoesOnBehindADamagedBlock) {
    const CheckedLog log;
    // All frames in one table of many blocks.
    rocksdb::LiveFileMetaData table;
    log.Damage([&](LogFamilies& families) {
        EXPECT_TRUE(families.db().Flush({}, families.rocks.families).ok());
        rocksdb::CompactRangeOptions options;
        options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
        EXPECT_TRUE(families.db().CompactRange(options, families.frames(), nullptr, nullptr).ok());
        std::vector<rocksdb::LiveFileMetaData> live;
        families.db().GetLiveFilesMetaData(&live);
        for (const auto& file : live) {
            if (file.column_family_name == "frames" && file.size > table.size) table = file;
        }
    });
    FlipByte(table.directory + "/" + table.relative_filename, table.size / 2);
    const auto told = CheckOf(log.path());
    ASSERT_GE(told.size(), 2U);
    EXPECT_THAT(told[0], ::testing::AllOf(::testing::StartsWith("files, db/" + table.relative_filename),
                                          ::testing::HasSubstr("frames")));
    EXPECT_THAT(told[1], ::testing::AllOf(::testing::StartsWith("records, from position "),
                                          ::testing::HasSubstr("cannot be read")));
    EXPECT_EQ(told.size(), 2U) << fmt::format("{}", fmt::join(told, "\n"));
    CheckReport report;
    const auto check = LogCheck::Open({.path = log.path()}, report);
    ASSERT_TRUE(check.ok() && (*check)->Run(nullptr, std::nullopt).ok());
    EXPECT_EQ((*check)->end(), Position{kCheckedRecords}) << "what stands behind the block was read";
}

}  // namespace
}  // namespace throughline::testing
