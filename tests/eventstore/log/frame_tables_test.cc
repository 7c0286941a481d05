// Frames are found in the tables that have them alone; what is newer, in two of them or gone is left to RocksDB.
#include "eventstore/log/frame_tables.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "eventstore/log/keys.h"
#include "eventstore/log/log_paths.h"
#include "tests/eventstore/log/temporary_folder.h"

namespace throughline::testing {
namespace {

constexpr std::uint64_t kFrames = 500;

/// The frames of a log, with rows that are only text.
struct FrameTablesTest : ::testing::Test {
    [[nodiscard]] RocksOptions Options() const {
        RocksOptions options = LogFamilies::Options(folder.path() + "/db", nullptr);
        options.create = true;
        options.listeners = {TellOfFiles(tables)};
        return options;
    }

    [[nodiscard]] std::unique_ptr<LogFamilies> Opened() const {
        return std::unique_ptr<LogFamilies>(new LogFamilies{OpenRocks(Options()).value()});
    }
    static std::string RowOf(std::uint64_t frame, const std::string& version = "first") {
        return fmt::format("{} row of frame {} {}", version, frame, std::string(frame % 7 * 100, 'x'));
    }
    void Put(std::uint64_t from, std::uint64_t to, const std::string& version = "first") {
        for (std::uint64_t frame = from; frame < to; ++frame) {
            ASSERT_TRUE(
                families->db()
                    .Put(rocksdb::WriteOptions(), families->frames(), FrameKey(Position{frame}), RowOf(frame, version))
                    .ok());
        }
    }
    void Flush() { ASSERT_TRUE(families->db().Flush(rocksdb::FlushOptions(), families->frames()).ok()); }
    [[nodiscard]] std::string Found(std::uint64_t frame) {
        const auto set = tables->Now(*families);
        return std::string(FrameTableSet::Row(set->Find(Position{frame}), Position{frame}).value_or("nothing"));
    }
    /// Files below the folder that this process has mapped, whether they still have a name or not.
    [[nodiscard]] std::size_t Mapped() const {
        std::ifstream maps("/proc/self/maps");
        std::size_t mapped = 0;
        for (std::string line; std::getline(maps, line);) mapped += line.find(folder.path()) != std::string::npos;
        return mapped;
    }

    TemporaryFolder folder;
    std::shared_ptr<FrameTables> tables = std::make_shared<FrameTables>();
    std::unique_ptr<LogFamilies> families = Opened();
};

TEST_F(FrameTablesTest, FindsWhatIsInTablesAndNothingElse) {
    Put(0, kFrames);
    Flush();
    Put(kFrames, kFrames + 10);
    for (std::uint64_t frame = 0; frame < kFrames; ++frame) EXPECT_EQ(Found(frame), RowOf(frame));
    for (std::uint64_t frame = kFrames; frame < kFrames + 20; ++frame) EXPECT_EQ(Found(frame), "nothing");
}

TEST_F(FrameTablesTest, TakesInNewTablesAndKeepsThoseThatItHas) {
    Put(0, 100);
    Flush();
    const MappedTable* const first = tables->Now(*families)->Find(Position{50}).table;
    ASSERT_NE(first, nullptr);
    Put(100, 200);
    EXPECT_EQ(Found(150), "nothing");
    Flush();
    EXPECT_EQ(Found(150), RowOf(150));
    EXPECT_EQ(tables->Now(*families)->Find(Position{50}).table, first);
    EXPECT_NE(tables->Now(*families)->Find(Position{150}).table, first);
}

TEST_F(FrameTablesTest, FindsNothingBetweenTheFramesOfATable) {
    Put(0, 1);
    Put(900, 901);
    Flush();
    EXPECT_EQ(Found(900), RowOf(900));
    EXPECT_EQ(Found(450), "nothing");
}

TEST_F(FrameTablesTest, LeavesToRocksDbWhatTwoTablesHaveUntilOneHasItAlone) {
    Put(0, 100);
    Flush();
    Put(100, 200);
    Flush();
    Put(40, 41, "second");
    Flush();
    EXPECT_EQ(Found(40), "nothing");
    EXPECT_EQ(Found(39), "nothing") << "all of a table is left out, since only its ends are known";
    EXPECT_EQ(Found(150), RowOf(150));
    ASSERT_TRUE(CompactAway(families->rocks, families->frames(), "", "").ok());
    EXPECT_EQ(Found(40), RowOf(40, "second"));
    EXPECT_EQ(Found(39), RowOf(39));
}

TEST_F(FrameTablesTest, LeavesToRocksDbWhatACrashLeftInTheWriteAheadLog) {
    Put(0, 100);
    Flush();
    Put(40, 41, "second");
    families.reset();
    families = Opened();
    tables->FilesChanged();
    EXPECT_EQ(Found(40), "nothing") << "the first row must not come back";
}

TEST_F(FrameTablesTest, HasNoneWhileFramesAreWrittenAnew) {
    Put(0, 100);
    Flush();
    ASSERT_EQ(Found(5), RowOf(5));
    tables->Suspend();
    EXPECT_EQ(Found(5), "nothing");
    Put(100, 200);
    Flush();
    EXPECT_EQ(Found(5), "nothing");
    tables->Resume();
    EXPECT_EQ(Found(5), RowOf(5));
    EXPECT_EQ(Found(150), RowOf(150));
}

TEST_F(FrameTablesTest, LetsGoOfATableThatIsGoneThoughNobodyReads) {
    Put(0, 100);
    Flush();
    Put(50, 150, "second");
    Flush();
    Put(200, 300);
    Flush();
    ASSERT_EQ(Found(250), RowOf(250));
    ASSERT_EQ(Mapped(), 1U);
    ASSERT_TRUE(CompactAway(families->rocks, families->frames(), "", "").ok());
    EXPECT_EQ(Mapped(), 0U) << "all went into one new table";
    EXPECT_EQ(Found(60), RowOf(60, "second"));
    EXPECT_EQ(Mapped(), 1U);
}

TEST_F(FrameTablesTest, WhatASetFoundStaysWhileFilesGo) {
    Put(0, 100);
    Flush();
    const auto before = tables->Now(*families);
    Put(0, 100, "second");
    Flush();
    ASSERT_TRUE(CompactAway(families->rocks, families->frames(), "", "").ok());
    ASSERT_EQ(Found(7), RowOf(7, "second"));
    EXPECT_EQ(FrameTableSet::Row(before->Find(Position{7}), Position{7}), RowOf(7));
}

}  // namespace
}  // namespace throughline::testing
