// Databases open the one way that our promises allow.
#include "eventstore/disk/rocks.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <rocksdb/table.h>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/disk_room.h"

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
        return {path_ + "/db", {"default", "more"}, create, nullptr, {}};
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

class FamilyShapeTest : public RocksTest {
  protected:
    static rocksdb::BlockBasedTableOptions TableOf(const Rocks& rocks, std::size_t family) {
        const auto factory = rocks.db->GetOptions(rocks.families[family]).table_factory;
        return *factory->GetOptions<rocksdb::BlockBasedTableOptions>();
    }
};

TEST_F(FamilyShapeTest, DecidesWhichFilterAFamilyHas) {
    RocksOptions options{path_ + "/db", {"default", "by_label", "in_order"}, true, nullptr, {}};
    options.shapes = {{"by_label", {.prefix_bytes = 4}}, {"in_order", {.point_lookups = false}}};
    const auto rocks = OpenRocks(options);
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    EXPECT_TRUE(TableOf(*rocks, 0).filter_policy != nullptr);
    EXPECT_TRUE(TableOf(*rocks, 0).whole_key_filtering);
    EXPECT_TRUE(TableOf(*rocks, 1).filter_policy != nullptr);
    EXPECT_FALSE(TableOf(*rocks, 1).whole_key_filtering);
    EXPECT_TRUE(TableOf(*rocks, 2).filter_policy == nullptr);
    EXPECT_EQ(TableOf(*rocks, 0).block_cache, TableOf(*rocks, 2).block_cache);
    EXPECT_TRUE(rocks->db->GetOptions(rocks->families[0]).prefix_extractor == nullptr);
    EXPECT_TRUE(rocks->db->GetOptions(rocks->families[1]).prefix_extractor != nullptr);
    EXPECT_TRUE(rocks->db->GetOptions(rocks->families[2]).prefix_extractor == nullptr);
}

TEST_F(FamilyShapeTest, FindsTheSameRowsByBeginningAndInOrder) {
    RocksOptions options{path_ + "/db", {"default", "by_label"}, true, nullptr, {}};
    options.shapes = {{"by_label", {.prefix_bytes = 4}}};
    const auto rocks = OpenRocks(options);
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    for (const bool flushed : {false, true}) {
        for (const char* key : {"", "ab", "aaaa1", "aaaa2", "bbbb1", "cccc1"}) {
            ASSERT_TRUE(rocks->db->Put(Synced(), rocks->families[1], key, key).ok());
        }
        if (flushed) {
            ASSERT_TRUE(rocks->db->Flush({}, rocks->families).ok());
        }
        rocksdb::ReadOptions in_order;
        in_order.total_order_seek = true;
        std::string keys;
        const std::unique_ptr<rocksdb::Iterator> all(rocks->db->NewIterator(in_order, rocks->families[1]));
        for (all->SeekToFirst(); all->Valid(); all->Next()) keys += all->key().ToString() + ",";
        EXPECT_EQ(keys, ",aaaa1,aaaa2,ab,bbbb1,cccc1,");
        rocksdb::ReadOptions one_beginning;
        one_beginning.prefix_same_as_start = true;
        const std::unique_ptr<rocksdb::Iterator> some(rocks->db->NewIterator(one_beginning, rocks->families[1]));
        some->Seek("aaaa2");
        ASSERT_TRUE(some->Valid());
        EXPECT_EQ(some->value(), "aaaa2");
        some->Next();
        EXPECT_FALSE(some->Valid());
        some->Seek("bbba");
        EXPECT_FALSE(some->Valid());
        std::string value;
        EXPECT_TRUE(rocks->db->Get({}, rocks->families[1], "", &value).ok());
        EXPECT_TRUE(rocks->db->Get({}, rocks->families[1], "cccc1", &value).ok());
        EXPECT_TRUE(rocks->db->Get({}, rocks->families[1], "cccc2", &value).IsNotFound());
    }
}

}  // namespace
}  // namespace throughline
