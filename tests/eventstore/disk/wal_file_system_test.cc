// Write-ahead logs are written over zeros where there is room, and everything else is as it was.
#include "eventstore/disk/wal_file_system.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "eventstore/disk/fault_file_system.h"
#include "eventstore/disk/rocks.h"
#include "tests/eventstore/disk/disk_folder.h"

namespace throughline::testing {
namespace {

constexpr std::uint64_t kChunkBytes = 256 << 10;

/// A disk with so much room.
class RoomyDisk final : public rocksdb::FileSystemWrapper {
  public:
    RoomyDisk(std::shared_ptr<rocksdb::FileSystem> base, std::uint64_t free_bytes)
        : FileSystemWrapper(std::move(base)), free_bytes_(free_bytes) {}

    [[nodiscard]] const char* Name() const override { return "RoomyDisk"; }

    rocksdb::IOStatus GetFreeSpace(const std::string&, const rocksdb::IOOptions&, std::uint64_t* free_bytes,
                                   rocksdb::IODebugContext*) override {
        *free_bytes = free_bytes_;
        return rocksdb::IOStatus::OK();
    }

  private:
    const std::uint64_t free_bytes_;
};

/// A disk on which another process goes on with a log between two looks at it.
class BusyDisk final : public rocksdb::FileSystemWrapper {
  public:
    BusyDisk(std::string path, std::vector<std::string> looks)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), path_(std::move(path)), looks_(std::move(looks)) {}

    [[nodiscard]] const char* Name() const override { return "BusyDisk"; }

    rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                        rocksdb::IODebugContext* context) override {
        if (look_ < looks_.size()) PutContent(path_, looks_[look_++]);
        return target()->NewSequentialFile(name, options, file, context);
    }

  private:
    const std::string path_;
    const std::vector<std::string> looks_;
    std::size_t look_ = 0;
};

class WalFileSystemTest : public ::testing::Test {
  protected:
    static std::unique_ptr<rocksdb::FSWritableFile> Create(rocksdb::FileSystem& files, const std::string& path) {
        std::unique_ptr<rocksdb::FSWritableFile> file;
        EXPECT_TRUE(files.NewWritableFile(path, {}, &file, nullptr).ok());
        return file;
    }

    [[nodiscard]] std::shared_ptr<RoomyDisk> Disk(std::uint64_t free_bytes) const {
        return std::make_shared<RoomyDisk>(faults_, free_bytes);
    }

    DiskFolder folder_;
    const std::string path_ = folder_.Path("000012.log");
    std::shared_ptr<FaultFileSystem> faults_ = std::make_shared<FaultFileSystem>(rocksdb::FileSystem::Default());
    WalFileSystem files_{Disk(1ULL << 40U)};
};

TEST_F(WalFileSystemTest, KnowsALogByItsName) {
    EXPECT_TRUE(IsWalName("/db/000012.log"));
    EXPECT_TRUE(IsWalName("1234567.log"));
    EXPECT_FALSE(IsWalName("/000012/LOG"));
    EXPECT_FALSE(IsWalName("/000012/.log"));
    EXPECT_FALSE(IsWalName("/000012.log/a.log"));
    EXPECT_FALSE(IsWalName("/db/000012.sst"));
}

TEST_F(WalFileSystemTest, WritesOverZerosThatClosingCutsOff) {
    const auto file = Create(files_, path_);
    std::string appended;
    for (int i = 0; i < 1'000; ++i) {
        const std::string batch(700, static_cast<char>('a' + i % 26));
        ASSERT_TRUE(file->Append(batch, {}, nullptr).ok());
        ASSERT_TRUE(file->Sync({}, nullptr).ok());
        appended += batch;
        ASSERT_EQ(file->GetFileSize({}, nullptr), appended.size());
    }
    const std::string open = ContentOf(path_);
    EXPECT_EQ(open.substr(0, appended.size()), appended);
    EXPECT_TRUE(WithoutZeros(open.substr(appended.size())).empty());
    EXPECT_GT(open.size(), appended.size());
    EXPECT_LE(open.size(), appended.size() + kChunkBytes);
    std::uint64_t bytes = 0;
    EXPECT_TRUE(files_.GetFileSize(path_, {}, &bytes, nullptr).ok());
    EXPECT_EQ(bytes, appended.size());
    EXPECT_TRUE(file->Close({}, nullptr).ok());
    EXPECT_EQ(ContentOf(path_), appended);
}

TEST_F(WalFileSystemTest, GrowsOnceAChunkAndNotOnceASync) {
    const auto file = Create(files_, path_);
    ASSERT_TRUE(file->Append(std::string(700, 'a'), {}, nullptr).ok());
    const auto size = std::filesystem::file_size(path_);
    for (int i = 0; i < 300; ++i) {
        ASSERT_TRUE(file->Append(std::string(700, 'a'), {}, nullptr).ok());
        ASSERT_EQ(std::filesystem::file_size(path_), size);
    }
}

TEST_F(WalFileSystemTest, DoesNotZeroForLargeAppends) {
    const auto file = Create(files_, path_);
    ASSERT_TRUE(file->Append(std::string(500'000, 'a'), {}, nullptr).ok());
    EXPECT_EQ(std::filesystem::file_size(path_), 500'000U);
    ASSERT_TRUE(file->Append("b", {}, nullptr).ok());
    EXPECT_GT(std::filesystem::file_size(path_), 500'001U);
    ASSERT_TRUE(file->Append(std::string(500'000, 'c'), {}, nullptr).ok());
    EXPECT_EQ(std::filesystem::file_size(path_), 1'000'001U);
}

TEST_F(WalFileSystemTest, TruncatesToWhatIsAskedAndGoesOnThere) {
    const auto file = Create(files_, path_);
    ASSERT_TRUE(file->Append("one,two", {}, nullptr).ok());
    ASSERT_TRUE(file->Truncate(4, {}, nullptr).ok());
    EXPECT_EQ(file->GetFileSize({}, nullptr), 4U);
    ASSERT_TRUE(file->Append("six", {}, nullptr).ok());
    ASSERT_TRUE(file->Allocate(0, 100'000, {}, nullptr).ok());
    ASSERT_TRUE(file->RangeSync(0, 7, {}, nullptr).ok());
    ASSERT_TRUE(file->Close({}, nullptr).ok());
    EXPECT_EQ(ContentOf(path_), "one,six");
}

TEST_F(WalFileSystemTest, LeavesOtherFilesAlone) {
    const auto file = Create(files_, folder_.Path("000012.sst"));
    ASSERT_TRUE(file->Append("rows", {}, nullptr).ok());
    ASSERT_TRUE(file->Sync({}, nullptr).ok());
    EXPECT_EQ(ContentOf(folder_.Path("000012.sst")), "rows");
}

TEST_F(WalFileSystemTest, ZeroesLessOnASmallDiskAndNothingOnAFullOne) {
    WalFileSystem small(Disk(6 << 20));
    const auto some = Create(small, path_);
    ASSERT_TRUE(some->Append("a", {}, nullptr).ok());
    EXPECT_EQ(std::filesystem::file_size(path_), 4096U);
    WalFileSystem full(Disk(1 << 20));
    const auto none = Create(full, path_);
    ASSERT_TRUE(none->Append("a", {}, nullptr).ok());
    EXPECT_EQ(std::filesystem::file_size(path_), 1U);
}

TEST_F(WalFileSystemTest, GrowsAsAnyFileWhereThereIsNoRoomForZeros) {
    const auto file = Create(files_, path_);
    faults_->FailAt(2, Fault::kNoSpace);
    ASSERT_TRUE(file->Append("one,", {}, nullptr).ok()) << "it has been written; only the zeros had no room";
    EXPECT_TRUE(faults_->fired());
    EXPECT_EQ(std::filesystem::file_size(path_), 4U) << "the room is given back";
    EXPECT_TRUE(file->Append("two,", {}, nullptr).IsNoSpace());
    faults_->Heal();
    ASSERT_TRUE(file->Append("six", {}, nullptr).ok());
    ASSERT_TRUE(file->Sync({}, nullptr).ok());
    ASSERT_TRUE(file->Close({}, nullptr).ok());
    EXPECT_EQ(ContentOf(path_), "one,six");
}

TEST_F(WalFileSystemTest, WritesIntoItsZerosWhenTheDiskIsFull) {
    const auto file = Create(files_, path_);
    ASSERT_TRUE(file->Append("one,", {}, nullptr).ok());
    faults_->FailAt(1, Fault::kNoSpace);
    std::unique_ptr<rocksdb::FSWritableFile> other;
    EXPECT_TRUE(faults_->NewWritableFile(folder_.Path("other"), {}, &other, nullptr).IsNoSpace());
    EXPECT_TRUE(file->Append("two,", {}, nullptr).ok());
    EXPECT_TRUE(file->Sync({}, nullptr).ok());
}

TEST_F(WalFileSystemTest, DropsAfterAPowerCutWhatWasNotSynced) {
    {
        const auto file = Create(files_, path_);
        ASSERT_TRUE(file->Append("one,", {}, nullptr).ok());
        ASSERT_TRUE(file->Sync({}, nullptr).ok());
        ASSERT_TRUE(file->Append("two,", {}, nullptr).ok());
    }
    ASSERT_TRUE(faults_->DropUnsynced().ok());
    EXPECT_EQ(WithoutZeros(ContentOf(path_)), "one,");
}

TEST_F(WalFileSystemTest, ReadsALogThatIsBeingWrittenUpToWhatWasAppended) {
    const auto file = Create(files_, path_);
    ASSERT_TRUE(file->Append("not a record", {}, nullptr).ok());
    std::unique_ptr<rocksdb::FSSequentialFile> reader;
    ASSERT_TRUE(files_.NewSequentialFile(path_, {}, &reader, nullptr).ok());
    std::string scratch(100, '\0');
    rocksdb::Slice read;
    ASSERT_TRUE(reader->Skip(4).ok());
    ASSERT_TRUE(reader->Read(100, {}, &read, scratch.data(), nullptr).ok());
    EXPECT_EQ(read.ToString(), "a record");
    ASSERT_TRUE(reader->Read(100, {}, &read, scratch.data(), nullptr).ok());
    EXPECT_TRUE(read.empty());
}

TEST_F(WalFileSystemTest, RefusesToReadADamagedLog) {
    PutContent(path_, "what is this?");
    std::unique_ptr<rocksdb::FSSequentialFile> reader;
    const rocksdb::IOStatus status = files_.NewSequentialFile(path_, {}, &reader, nullptr);
    EXPECT_TRUE(status.IsCorruption()) << status.ToString();
    EXPECT_TRUE(files_.NewSequentialFile(folder_.Path("000013.log"), {}, &reader, nullptr).IsPathNotFound());
}

TEST_F(WalFileSystemTest, LooksAgainWhereAnotherProcessMayHaveWrittenMeanwhile) {
    RocksOptions options{folder_.Path("db"), {"default"}, true, nullptr, {}};
    options.synced_log = true;
    const auto rocks = OpenRocks(options);
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    std::vector<std::string> grown;
    for (const char* key : {"one", "two", "three"}) {
        ASSERT_TRUE(rocks->db->Put(Synced(), key, std::string(2'000, 'v')).ok());
        grown.push_back(ContentOf(NewestWal(options.path)));
    }
    // The first batch was read before it was written, the second one after.
    std::string mixed = grown[1];
    mixed.replace(0, 1'024, 1'024, '\0');
    std::string mixed_later = grown[2];
    mixed_later.replace(2'560, 512, 512, '\0');
    WalFileSystem busy(std::make_shared<BusyDisk>(path_, std::vector<std::string>{mixed, mixed_later, grown[2]}));
    std::unique_ptr<rocksdb::FSSequentialFile> reader;
    const rocksdb::IOStatus read = busy.NewSequentialFile(path_, {}, &reader, nullptr);
    EXPECT_TRUE(read.ok()) << read.ToString();
    WalFileSystem damaged(std::make_shared<BusyDisk>(path_, std::vector<std::string>{mixed, mixed}));
    EXPECT_TRUE(damaged.NewSequentialFile(path_, {}, &reader, nullptr).IsCorruption());
}

}  // namespace
}  // namespace throughline::testing
