// The file system that fails does so where it is told, and a power cut leaves what was synced.
#include "eventstore/disk/fault_file_system.h"

#include <filesystem>
#include <memory>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/eventstore/disk/disk_folder.h"

namespace throughline::testing {
namespace {

class FaultFileSystemTest : public ::testing::Test {
  protected:
    [[nodiscard]] std::string Content(const std::string& name) const { return ContentOf(folder_.Path(name)); }

    std::unique_ptr<rocksdb::FSWritableFile> Create(const std::string& name) {
        std::unique_ptr<rocksdb::FSWritableFile> file;
        EXPECT_TRUE(faults_.NewWritableFile(folder_.Path(name), {}, &file, nullptr).ok());
        return file;
    }

    std::unique_ptr<rocksdb::FSRandomRWFile> OpenInPlace(const std::string& name) {
        std::unique_ptr<rocksdb::FSRandomRWFile> file;
        EXPECT_TRUE(faults_.NewRandomRWFile(folder_.Path(name), {}, &file, nullptr).ok());
        return file;
    }

    DiskFolder folder_;
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
    EXPECT_FALSE(faults_.DeleteFile(folder_.Path("file"), {}, nullptr).ok());
    EXPECT_TRUE(file->Close({}, nullptr).ok());
    EXPECT_EQ(Content("file"), "on");
}

TEST_F(FaultFileSystemTest, IsFullUntilItIsHealed) {
    const auto file = Create("file");
    faults_.FailAt(1, Fault::kNoSpace);
    EXPECT_TRUE(file->Append("one,", {}, nullptr).IsNoSpace());
    EXPECT_TRUE(file->Append("two,", {}, nullptr).IsNoSpace());
    std::uint64_t free_bytes = 1;
    EXPECT_TRUE(faults_.GetFreeSpace(folder_.Path(""), {}, &free_bytes, nullptr).ok());
    EXPECT_EQ(free_bytes, 0U);
    faults_.Heal();
    EXPECT_TRUE(file->Append("two", {}, nullptr).ok());
}

TEST_F(FaultFileSystemTest, HasRoomInPlaceWhenItIsFull) {
    PutContent(folder_.Path("place"), "before");
    const auto file = OpenInPlace("place");
    faults_.FailAt(1, Fault::kNoSpace);
    std::unique_ptr<rocksdb::FSWritableFile> other;
    EXPECT_TRUE(faults_.NewWritableFile(folder_.Path("other"), {}, &other, nullptr).IsNoSpace());
    EXPECT_TRUE(file->Write(0, "AFTER", {}, nullptr).ok());
    EXPECT_TRUE(file->Write(4, "longer", {}, nullptr).IsNoSpace());
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
    PutContent(folder_.Path("place"), "before");
    const auto in_place = OpenInPlace("place");
    EXPECT_TRUE(in_place->Write(0, "AFTER", {}, nullptr).ok());
    EXPECT_TRUE(in_place->Close({}, nullptr).ok());
    ASSERT_TRUE(faults_.DropUnsynced().ok());
    EXPECT_EQ(Content("file"), "synced,");
    EXPECT_FALSE(std::filesystem::exists(folder_.Path("never")));
    EXPECT_EQ(Content("place"), "before");
}

TEST_F(FaultFileSystemTest, KeepsOfAFileWrittenInPlaceWhatWasSynced) {
    const auto created = Create("log");
    const auto file = OpenInPlace("log");
    EXPECT_TRUE(file->Write(0, std::string("one") + std::string(7, '\0'), {}, nullptr).ok());
    EXPECT_TRUE(file->Sync({}, nullptr).ok());
    EXPECT_TRUE(file->Write(3, "two", {}, nullptr).ok());
    EXPECT_TRUE(file->Sync({}, nullptr).ok());
    EXPECT_TRUE(file->Write(6, "lost", {}, nullptr).ok());
    EXPECT_TRUE(file->Write(10, "and grown", {}, nullptr).ok());
    EXPECT_TRUE(created->Truncate(2, {}, nullptr).ok());
    const auto never_created = Create("never");
    EXPECT_TRUE(OpenInPlace("never")->Write(0, "lost", {}, nullptr).ok());
    ASSERT_TRUE(faults_.DropUnsynced().ok());
    EXPECT_EQ(Content("log"), std::string("onetwo") + std::string(4, '\0'));
    EXPECT_FALSE(std::filesystem::exists(folder_.Path("never")));
}

TEST_F(FaultFileSystemTest, TearsWhatWasWrittenInPlaceByItsSectors) {
    constexpr std::size_t kSectorBytes = 512;
    std::mt19937 random(3);
    std::set<std::string> seen;
    for (int i = 0; i < 60; ++i) {
        PutContent(folder_.Path("place"), std::string(2 * kSectorBytes, 'a'));
        const auto file = OpenInPlace("place");
        EXPECT_TRUE(file->Write(1, "bb", {}, nullptr).ok());
        EXPECT_TRUE(file->Write(kSectorBytes - 1, "bb", {}, nullptr).ok());
        EXPECT_TRUE(file->Close({}, nullptr).ok());
        ASSERT_TRUE(faults_.TearUnsynced(random).ok());
        const std::string content = Content("place");
        ASSERT_EQ(content.size(), 2 * kSectorBytes);
        EXPECT_EQ(content[1], content[kSectorBytes - 1]) << "a sector is whole";
        seen.insert({content[1], content[kSectorBytes]});
    }
    EXPECT_EQ(seen, (std::set<std::string>{"aa", "ab", "ba", "bb"}));
}

}  // namespace
}  // namespace throughline::testing
