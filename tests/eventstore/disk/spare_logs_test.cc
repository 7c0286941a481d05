// A log that goes becomes zeros for another one, and none is ever found half overwritten.
#include "eventstore/disk/spare_logs.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "eventstore/disk/fault_file_system.h"
#include "eventstore/disk/folder_lock.h"
#include "tests/eventstore/disk/disk_folder.h"

namespace throughline::testing {
namespace {

constexpr std::size_t kLogBytes = 700'000;

/// Notes in which order what happens to a log.
class Recorded final : public rocksdb::FileSystemWrapper {
  public:
    explicit Recorded(std::vector<std::string>& order)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), order_(order) {}

    [[nodiscard]] const char* Name() const override { return "Recorded"; }

    rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* context) override {
        order_.emplace_back("renamed");
        return target()->RenameFile(from, to, options, context);
    }

    rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                   std::unique_ptr<rocksdb::FSDirectory>* folder,
                                   rocksdb::IODebugContext* context) override {
        struct Folder final : public rocksdb::FSDirectoryWrapper {
            Folder(std::unique_ptr<rocksdb::FSDirectory> of, std::vector<std::string>& noted)
                : FSDirectoryWrapper(std::move(of)), order(noted) {}
            rocksdb::IOStatus FsyncWithDirOptions(const rocksdb::IOOptions& how, rocksdb::IODebugContext* why,
                                                  const rocksdb::DirFsyncOptions& more) override {
                order.emplace_back("folder synced");
                return FSDirectoryWrapper::FsyncWithDirOptions(how, why, more);
            }
            std::vector<std::string>& order;
        };
        std::unique_ptr<rocksdb::FSDirectory> opened;
        rocksdb::IOStatus status = target()->NewDirectory(name, options, &opened, context);
        if (status.ok()) *folder = std::make_unique<Folder>(std::move(opened), order_);
        return status;
    }

    rocksdb::IOStatus NewRandomRWFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                                      rocksdb::IODebugContext* context) override {
        order_.emplace_back("opened to be written over");
        return target()->NewRandomRWFile(name, options, file, context);
    }

  private:
    std::vector<std::string>& order_;
};

class SpareLogsTest : public ::testing::Test {
  protected:
    [[nodiscard]] std::string Log(int number) const { return folder_.Path(fmt::format("{:06}.log", number)); }

    /// A log that was begun and written.
    std::string PutLog(int number, std::size_t bytes = kLogBytes) {
        EXPECT_EQ(spares_.Begin(Log(number)), 0U);
        PutContent(Log(number), std::string(bytes, 'r'));
        return Log(number);
    }

    [[nodiscard]] std::vector<std::string> Files() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.Path(""))) {
            names.push_back(entry.path().filename().string());
        }
        return names;
    }

    DiskFolder folder_;
    std::shared_ptr<FaultFileSystem> faults_ = std::make_shared<FaultFileSystem>(rocksdb::FileSystem::Default());
    SpareLogs spares_{*faults_};
};

TEST_F(SpareLogsTest, MakesALogIntoZerosUnderAnotherNameAndGivesItOnce) {
    ASSERT_TRUE(spares_.Keep(PutLog(12)));
    ASSERT_EQ(Files(), std::vector<std::string>{"000012.zeros"});
    EXPECT_EQ(ContentOf(folder_.Path("000012.zeros")), std::string(kLogBytes, '\0'));
    EXPECT_EQ(spares_.Begin(Log(15)), kLogBytes);
    ASSERT_EQ(Files(), std::vector<std::string>{"000015.log"});
    EXPECT_EQ(ContentOf(Log(15)), std::string(kLogBytes, '\0'));
    EXPECT_EQ(spares_.Begin(Log(16)), 0U);
    EXPECT_EQ(Files().size(), 1U);
}

TEST_F(SpareLogsTest, WritesOverALogOnceItsNameIsGoneForGood) {
    std::vector<std::string> order;
    Recorded recorded(order);
    SpareLogs spares(recorded);
    EXPECT_EQ(spares.Begin(Log(12)), 0U);
    PutContent(Log(12), std::string(kLogBytes, 'r'));
    ASSERT_TRUE(spares.Keep(Log(12)));
    EXPECT_EQ(order, (std::vector<std::string>{"renamed", "folder synced", "opened to be written over"}));
}

TEST_F(SpareLogsTest, TakesNoneThatWasThereBefore) {
    PutContent(Log(12), std::string(kLogBytes, 'r'));
    EXPECT_FALSE(spares_.Keep(Log(12)));
    EXPECT_EQ(ContentOf(Log(12)), std::string(kLogBytes, 'r'));
}

TEST_F(SpareLogsTest, TakesNoSmallOneAndNoMoreThanItMay) {
    PutLog(1, 1'000);
    for (int number = 2; number <= 4; ++number) PutLog(number);
    EXPECT_FALSE(spares_.Keep(Log(1)));
    for (int number = 2; number < 4; ++number) EXPECT_TRUE(spares_.Keep(Log(number))) << number;
    EXPECT_FALSE(spares_.Keep(Log(4)));
    EXPECT_EQ(ContentOf(Log(4)), std::string(kLogBytes, 'r')) << "it is the caller's to delete";
    EXPECT_FALSE(spares_.Keep(Log(99))) << "there is none";
}

TEST_F(SpareLogsTest, TakesNoneWhereTheDiskIsNearlyFull) {
    faults_->FailAt(1, Fault::kNoSpace);
    EXPECT_FALSE(faults_->DeleteFile(folder_.Path("none"), {}, nullptr).ok());
    EXPECT_FALSE(spares_.Keep(PutLog(12)));
    EXPECT_TRUE(std::filesystem::exists(Log(12)));
}

TEST_F(SpareLogsTest, TakesNoneThatSomebodyMayBeReading) {
    {
        const auto reading = FolderLock::Share(folder_.Path(""));
        EXPECT_FALSE(spares_.Keep(PutLog(12)));
        EXPECT_EQ(ContentOf(Log(12)), std::string(kLogBytes, 'r')) << "it is the caller's to delete";
    }
    EXPECT_TRUE(spares_.Keep(PutLog(13)));
}

TEST_F(SpareLogsTest, TakesNoneThatACopyOfTheFolderSharesByAHardLink) {
    const std::string copy = folder_.Path("copy");
    std::filesystem::create_hard_link(PutLog(12), copy);
    EXPECT_FALSE(spares_.Keep(Log(12)));
    std::filesystem::remove(Log(12));
    EXPECT_EQ(ContentOf(copy), std::string(kLogBytes, 'r'));
}

TEST_F(SpareLogsTest, GivesAFolderItsOwnOnly) {
    std::filesystem::create_directory(folder_.Path("other"));
    ASSERT_TRUE(spares_.Keep(PutLog(12)));
    EXPECT_EQ(spares_.Begin(folder_.Path("other/000013.log")), 0U);
    EXPECT_EQ(spares_.Begin(Log(13)), kLogBytes);
}

TEST_F(SpareLogsTest, ClearsWhatAnotherProcessLeft) {
    PutLog(12);
    PutLog(13);
    ASSERT_TRUE(spares_.Keep(Log(12)));
    PutContent(folder_.Path("000009.zeros"), "what a crash left half overwritten");
    spares_.Clear(folder_.Path(""));
    EXPECT_EQ(Files(), std::vector<std::string>{"000013.log"});
    EXPECT_EQ(spares_.Begin(Log(14)), 0U);
}

TEST_F(SpareLogsTest, LeavesALogWholeOrNoneWhereverAFaultStrikes) {
    for (const Fault fault : {Fault::kIoError, Fault::kKill}) {
        bool fired = true;
        for (std::uint64_t nth = 1; fired; ++nth) {
            SCOPED_TRACE(fmt::format("operation {}", nth));
            const std::string log = PutLog(12);
            faults_->FailAt(nth, fault);
            const bool kept = spares_.Keep(log);
            const std::uint64_t zeros = spares_.Begin(Log(13));
            fired = faults_->fired();
            faults_->Heal();
            EXPECT_EQ(std::filesystem::exists(log), !kept);
            if (!kept) {
                EXPECT_EQ(ContentOf(log), std::string(kLogBytes, 'r'));
            }
            EXPECT_EQ(std::filesystem::exists(Log(13)), zeros > 0);
            if (zeros > 0) {
                EXPECT_EQ(ContentOf(Log(13)), std::string(zeros, '\0'));
            }
            EXPECT_TRUE(fired || zeros == kLogBytes);
            spares_.Clear(folder_.Path(""));
            std::filesystem::remove(Log(12));
            std::filesystem::remove(Log(13));
        }
    }
}

}  // namespace
}  // namespace throughline::testing
