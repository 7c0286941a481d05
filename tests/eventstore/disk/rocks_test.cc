// Databases open the one way that our promises allow.
#include "eventstore/disk/rocks.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/disk_room.h"
#include "eventstore/disk/fault_file_system.h"

namespace throughline {
namespace {

class RocksTest : public ::testing::Test {
  protected:
    RocksTest() {
        path_ = (std::filesystem::temp_directory_path() / "throughline-XXXXXX").string();
        EXPECT_NE(::mkdtemp(path_.data()), nullptr);
    }
    ~RocksTest() override { std::filesystem::remove_all(path_); }

    [[nodiscard]] RocksOptions Options(bool create) const {
        return {path_ + "/db", {"default", "more"}, create, nullptr, nullptr};
    }

    std::string path_;
};

TEST_F(RocksTest, CreatesOnlyWhenTold) {
    EXPECT_EQ(OpenRocks(Options(false)).status().code(), absl::StatusCode::kNotFound);
    EXPECT_TRUE(OpenRocks(Options(true)).ok());
    EXPECT_TRUE(OpenRocks(Options(false)).ok());
}

TEST_F(RocksTest, RefusesASecondOpening) {
    const auto first = OpenRocks(Options(true));
    ASSERT_TRUE(first.ok());
    const auto second = OpenRocks(Options(false));
    EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(ReasonOf(second.status()), "STORE_LOCKED");
}

// A damaged length still passes for a torn tail: against that the log has its HEAD file.
TEST_F(RocksTest, RefusesAWriteAheadLogWithADamagedValueInTheMiddle) {
    {
        const auto rocks = OpenRocks(Options(true));
        ASSERT_TRUE(rocks.ok());
        for (int i = 0; i < 100; ++i) {
            ASSERT_TRUE(rocks->db->Put(Synced(), rocks->families[1], std::to_string(i), std::string(100, 'v')).ok());
        }
    }
    for (const auto& entry : std::filesystem::directory_iterator(path_ + "/db")) {
        if (entry.path().extension() != ".log" || entry.file_size() == 0) continue;
        std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(entry.file_size() / 2 + 60));
        file.put('\x7F');
    }
    const auto damaged = OpenRocks(Options(false));
    EXPECT_EQ(damaged.status().code(), absl::StatusCode::kDataLoss) << damaged.status();
}

TEST_F(RocksTest, CompactsDeletedBytesOutOfEveryFile) {
    auto rocks = OpenRocks(Options(true));
    ASSERT_TRUE(rocks.ok());
    ASSERT_TRUE(rocks->db->Put(Synced(), rocks->families[1], "key", "canary-3c1d").ok());
    ASSERT_TRUE(rocks->db->Flush(rocksdb::FlushOptions(), rocks->families).ok());
    ASSERT_TRUE(rocks->db->Delete(Synced(), rocks->families[1], "key").ok());
    ASSERT_TRUE(CompactAway(*rocks, rocks->families[1], "", "").ok());
    for (const auto& entry : std::filesystem::directory_iterator(path_ + "/db")) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        EXPECT_EQ(content.find("canary-3c1d"), std::string::npos) << entry.path();
    }
}

TEST(FromRocksTest, SaysWhatTheCallerShouldDo) {
    EXPECT_TRUE(FromRocks(rocksdb::Status::OK(), "writing").ok());
    EXPECT_EQ(FromRocks(rocksdb::Status::NotFound(), "writing").code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ReasonOf(FromRocks(rocksdb::Status::Corruption(), "writing")), "CORRUPTION");
    EXPECT_EQ(ReasonOf(FromRocks(rocksdb::Status::NoSpace(), "writing")), "DISK_FULL");
    EXPECT_EQ(ReasonOf(FromRocks(rocksdb::Status::IOError(), "writing")), "IO_ERROR");
}

TEST(DiskRoomTest, NeedsTheSmallerOfFivePercentAndAQuarterOfAGigabyte) {
    EXPECT_EQ(FreeBytesMin(6ULL << 20U), (6ULL << 20U) / 100 * 5);
    EXPECT_EQ(FreeBytesMin(1ULL << 40U), 256ULL << 20U);
}

TEST(DiskRoomTest, RefusesBelowThatWithAHintAndTrustsAProbeThatFails) {
    DiskRoom full([]() -> absl::StatusOr<DiskSpace> { return DiskSpace{4, 100}; });
    EXPECT_EQ(ReasonOf(full.Check()), "DISK_FULL");
    EXPECT_TRUE(full.Check().GetPayload("type.googleapis.com/google.rpc.RetryInfo"));
    DiskRoom enough([]() -> absl::StatusOr<DiskSpace> { return DiskSpace{5, 100}; });
    EXPECT_TRUE(enough.Check().ok());
    DiskRoom blind([]() -> absl::StatusOr<DiskSpace> { return absl::InternalError("no answer"); });
    EXPECT_TRUE(blind.Check().ok());
}

TEST(DiskRoomTest, AsksNoMoreThanFiveTimesASecond) {
    int asked = 0;
    DiskRoom room([&asked]() -> absl::StatusOr<DiskSpace> {
        ++asked;
        return DiskSpace{100, 100};
    });
    for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(room.Check().ok());
    EXPECT_LT(asked, 10);
}

TEST(DiskRoomTest, FindsTheSpaceOfARealFolder) {
    const auto space = StatvfsProbe(std::filesystem::temp_directory_path().string())();
    ASSERT_TRUE(space.ok());
    EXPECT_GT(space->total_bytes, 0U);
    EXPECT_LE(space->free_bytes, space->total_bytes);
    EXPECT_FALSE(StatvfsProbe("/no/such/folder")().ok());
}

class FaultFileSystemTest : public RocksTest {
  protected:
    std::string Content(const std::string& name) const {
        std::ifstream file(path_ + "/" + name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    std::unique_ptr<rocksdb::FSWritableFile> Create(const std::string& name) {
        std::unique_ptr<rocksdb::FSWritableFile> file;
        EXPECT_TRUE(faults_.NewWritableFile(path_ + "/" + name, {}, &file, nullptr).ok());
        return file;
    }

    FaultFileSystem faults_{rocksdb::FileSystem::Default()};
};

TEST_F(FaultFileSystemTest, FailsTheChosenOperationAfterHalfOfItsBytes) {
    const auto file = Create("file");
    faults_.FailAt(2, Fault::kIoError);
    EXPECT_TRUE(file->Append("one,", {}, nullptr).ok());
    EXPECT_TRUE(file->Append("two,", {}, nullptr).IsIOError());
    EXPECT_TRUE(faults_.fired());
    EXPECT_TRUE(file->Append("six", {}, nullptr).ok());
    EXPECT_TRUE(file->Close({}, nullptr).ok());
    EXPECT_EQ(Content("file"), "one,twsix");
}

TEST_F(FaultFileSystemTest, LetsNothingReachTheDiskOnceItIsKilled) {
    const auto file = Create("file");
    faults_.FailAt(1, Fault::kKill);
    EXPECT_FALSE(file->Append("one,", {}, nullptr).ok());
    EXPECT_FALSE(file->Append("two,", {}, nullptr).ok());
    EXPECT_FALSE(file->Sync({}, nullptr).ok());
    EXPECT_FALSE(faults_.DeleteFile(path_ + "/file", {}, nullptr).ok());
    EXPECT_TRUE(file->Close({}, nullptr).ok());
    EXPECT_EQ(Content("file"), "on");
}

TEST_F(FaultFileSystemTest, IsFullUntilItIsHealed) {
    const auto file = Create("file");
    faults_.FailAt(1, Fault::kNoSpace);
    EXPECT_TRUE(file->Append("one,", {}, nullptr).IsNoSpace());
    EXPECT_TRUE(file->Append("two,", {}, nullptr).IsNoSpace());
    std::uint64_t free_bytes = 1;
    EXPECT_TRUE(faults_.GetFreeSpace(path_, {}, &free_bytes, nullptr).ok());
    EXPECT_EQ(free_bytes, 0U);
    faults_.Heal();
    EXPECT_TRUE(file->Append("two", {}, nullptr).ok());
}

TEST_F(FaultFileSystemTest, ForgetsWhatWasNeverSynced) {
    const auto file = Create("file");
    EXPECT_TRUE(file->Append("synced,", {}, nullptr).ok());
    EXPECT_TRUE(file->Sync({}, nullptr).ok());
    EXPECT_TRUE(file->Append("lost", {}, nullptr).ok());
    EXPECT_TRUE(file->Close({}, nullptr).ok());
    const auto never = Create("never");
    EXPECT_TRUE(never->Append("lost", {}, nullptr).ok());
    EXPECT_TRUE(never->Close({}, nullptr).ok());
    std::unique_ptr<rocksdb::FSRandomRWFile> in_place;
    std::ofstream(path_ + "/place") << "before";
    ASSERT_TRUE(faults_.NewRandomRWFile(path_ + "/place", {}, &in_place, nullptr).ok());
    EXPECT_TRUE(in_place->Write(0, "AFTER", {}, nullptr).ok());
    EXPECT_TRUE(in_place->Close({}, nullptr).ok());
    ASSERT_TRUE(faults_.DropUnsynced().ok());
    EXPECT_EQ(Content("file"), "synced,");
    EXPECT_FALSE(std::filesystem::exists(path_ + "/never"));
    EXPECT_EQ(Content("place"), "before");
}

}  // namespace
}  // namespace throughline
