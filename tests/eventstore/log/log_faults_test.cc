// What is acknowledged is there after every fault, and what failed is there at most once (P1, P2, P3).
#include <array>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/fault_file_system.h"
#include "tests/eventstore/log/log_ground.h"
#include "tests/eventstore/log/sealed_append.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline::testing {
namespace {

constexpr int kCommands = 5;

// The last command is large: its records fill several frames and complete a subtree that has a row.
constexpr std::size_t RecordsOf(int number) {
    return number == kCommands - 1 ? 300 : 2;
}
constexpr std::uint64_t kRecords = (kCommands - 1) * 2 + 300;

std::string CommandName(int number) {
    return fmt::format("command {}", number);
}

SealedAppend Command(int number) {
    const std::string pupil = fmt::format("pupil:{}", number % 3);
    std::vector<TestEvent> events(RecordsOf(number),
                                  {.tags = {pupil, "strand:1"}, .subject = TestSubject(7), .body = "other"});
    events.front() = {.type = fmt::format("test.Type{}", number), .tags = {pupil}};
    SealedAppend append = MakeAppend(CommandName(number), events);
    append.conditional = true;
    append.condition = {AnyOf({"test.Never"}, {pupil}), std::nullopt};
    return append;
}

/// A log on a file system that fails, and what its callers were told.
class FaultyGround {
  public:
    FaultyGround() { ground_.options.env = env_.get(); }

    FaultFileSystem& faults() { return *faults_; }
    LogGround& ground() { return ground_; }
    const std::set<int>& acknowledged() const { return acknowledged_; }

    /// Opens and appends until all is said or something fails; true where all went well.
    bool Run() {
        if (!ground_.TryOpen().ok()) return false;
        bool failed = false;
        for (int number = 0; number < kCommands; ++number) {
            const auto outcome = ground_.log->Append(Command(number));
            if (outcome.ok()) {
                EXPECT_FALSE(failed) << "nothing may be accepted after an error";
                acknowledged_.insert(number);
                positions_[number] = outcome->first;
            } else {
                failed = true;
            }
        }
        return !failed;
    }

    /// Opens the log on a healthy file system and compares it with what was acknowledged.
    void CheckAfterRestart() {
        const absl::Status opened = ground_.TryOpen();
        ASSERT_TRUE(opened.ok()) << opened;
        CheckRecords();
        for (const int number : acknowledged_) {
            const auto again = ground_.log->Append(Command(number));
            ASSERT_TRUE(again.ok()) << again.status();
            EXPECT_TRUE(again->repeated);
            EXPECT_EQ(again->first, positions_[number]);
        }
        for (int number = 0; number < kCommands; ++number) {
            ASSERT_TRUE(ground_.log->Append(Command(number)).ok());
        }
        EXPECT_EQ(ground_.log->End(), Position{kRecords});
        CheckRecords();
        EXPECT_EQ(ground_.log->Read({.query = AnyOf({}, {"strand:1"})})->records.size(), kRecords - kCommands);
    }

  private:
    void CheckRecords() {
        const auto batch = ground_.log->Read({});
        ASSERT_TRUE(batch.ok()) << batch.status();
        ASSERT_EQ(Position{batch->records.size()}, ground_.log->End());
        std::map<std::string, std::size_t> seen;
        Frontier tree;
        std::vector<CompleteSubtree> stored;
        for (std::size_t i = 0; i < batch->records.size(); ++i) {
            EXPECT_EQ(batch->records[i].position, Position{i});
            EXPECT_FALSE(batch->records[i].sealed_body.empty());
            eventstore::v1::RecordHeader header;
            ASSERT_TRUE(header.ParseFromString(batch->records[i].header));
            ++seen[header.command_hash()];
            tree.Add(LeafHash(batch->records[i].header), stored);
        }
        for (int number = 0; number < kCommands; ++number) {
            const auto found = seen.find(CommandHash(CommandName(number)));
            if (found == seen.end()) {
                EXPECT_FALSE(acknowledged_.contains(number));
            } else {
                EXPECT_EQ(found->second, RecordsOf(number)) << "whole requests, once each";
            }
        }
        EXPECT_EQ(ground_.log->Tree(), tree);
        for (const CompleteSubtree& subtree : stored) {
            const auto row = ground_.log->TreeHashes().Hashes(subtree.level, subtree.index, 1);
            ASSERT_TRUE(row.ok()) << row.status();
            EXPECT_EQ(row->front(), subtree.root);
        }
    }

    std::shared_ptr<FaultFileSystem> faults_ = std::make_shared<FaultFileSystem>(rocksdb::FileSystem::Default());
    std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(faults_);
    LogGround ground_{LogGround::Made::kCopied};
    std::set<int> acknowledged_;
    std::map<int, Position> positions_;
};

enum class PowerCut { kNo, kYes };

// Fails the first operation, then the second, and so on, until a run meets no fault any more.
void FailAtEveryOperation(Fault fault, PowerCut power_cut) {
    std::size_t runs = 0;
    for (std::uint64_t nth = 1;; ++nth, ++runs) {
        SCOPED_TRACE(fmt::format("operation {}", nth));
        FaultyGround faulty;
        faulty.faults().FailAt(nth, fault);
        const bool went_well = faulty.Run();
        faulty.ground().Close();
        const bool fired = faulty.faults().fired();
        faulty.faults().Heal();
        if (power_cut == PowerCut::kYes) {
            const auto dropped = faulty.faults().DropUnsynced();
            ASSERT_TRUE(dropped.ok()) << dropped.ToString();
        }
        faulty.CheckAfterRestart();
        if (::testing::Test::HasFailure()) return;
        if (!fired) {
            EXPECT_TRUE(went_well);
            break;
        }
    }
    EXPECT_GT(runs, std::size_t{kCommands} * 2) << "each commit alone is a write and a sync";
}

TEST(LogFaultsTest, KeepsWhatItAcknowledgedWhereverAnIoErrorStrikes) {
    FailAtEveryOperation(Fault::kIoError, PowerCut::kNo);
}

TEST(LogFaultsTest, KeepsWhatItAcknowledgedWhereverAnIoErrorAndThenAPowerCutStrike) {
    FailAtEveryOperation(Fault::kIoError, PowerCut::kYes);
}

TEST(LogFaultsTest, KeepsWhatItAcknowledgedWhereverItIsKilled) {
    FailAtEveryOperation(Fault::kKill, PowerCut::kNo);
}

TEST(LogFaultsTest, KeepsWhatItAcknowledgedWhereverThePowerIsCut) {
    FailAtEveryOperation(Fault::kKill, PowerCut::kYes);
}

TEST(LogFaultsTest, KeepsWhatItAcknowledgedWhereverAFullDiskStrikes) {
    FailAtEveryOperation(Fault::kNoSpace, PowerCut::kNo);
}

TEST(LogFaultsTest, ReportsAFailedCommitOnceAndAcceptsNothingAfterIt) {
    FaultyGround faulty;
    LogGround& ground = faulty.ground();
    RecordLog& log = ground.Open();
    ASSERT_TRUE(log.Append(Command(0)).ok());
    faulty.faults().FailAt(2, Fault::kIoError);  // The sync, after the write.
    const auto failed = log.Append(Command(1));
    EXPECT_EQ(failed.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(ReasonOf(failed.status()), "IO_ERROR");
    EXPECT_EQ(ReasonOf(log.Append(Command(2)).status()), "LOG_FAILED");
    EXPECT_EQ(log.End(), Position{2});
    ASSERT_EQ(ground.fatal.all().size(), 1U);
    EXPECT_EQ(ReasonOf(ground.fatal.all().front()), "IO_ERROR");
}

// Appends until it is taken or fails otherwise than by a full disk; RocksDB takes a moment to notice that there is
// room.
absl::Status AppendOnceThereIsRoom(RecordLog& log, const SealedAppend& append) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    absl::Status status = log.Append(append).status();
    while (ReasonOf(status) == "DISK_FULL" && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        status = log.Append(append).status();
    }
    return status;
}

TEST(LogFaultsTest, GoesOnByItselfAfterACommitThatMetAFullDisk) {
    // The write of a commit, and its sync; side by side, since RocksDB looks for room each five seconds.
    constexpr std::array<std::uint64_t, 2> kOperations{1, 2};
    std::array<FaultyGround, kOperations.size()> all;
    for (std::size_t i = 0; i < all.size(); ++i) {
        SCOPED_TRACE(fmt::format("operation {}", kOperations[i]));
        RecordLog& log = all[i].ground().Open();
        ASSERT_TRUE(log.Append(Command(0)).ok());
        all[i].faults().FailAt(kOperations[i], Fault::kNoSpace);
        const auto refused = log.Append(Command(1));
        EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
        EXPECT_EQ(ReasonOf(refused.status()), "DISK_FULL");
        EXPECT_TRUE(all[i].faults().fired());
        EXPECT_EQ(log.End(), Position{2});
        EXPECT_TRUE(log.Read({}).ok()) << "reading goes on";
    }
    for (FaultyGround& each : all) each.faults().Heal();
    for (std::size_t i = 0; i < all.size(); ++i) {
        SCOPED_TRACE(fmt::format("operation {}", kOperations[i]));
        LogGround& ground = all[i].ground();
        const absl::Status appended = AppendOnceThereIsRoom(*ground.log, Command(2));
        ASSERT_TRUE(appended.ok()) << appended;
        EXPECT_EQ(ground.log->End(), Position{4});
        EXPECT_THAT(ground.fatal.all(), ::testing::IsEmpty());
        ground.Open();
        EXPECT_EQ(ground.log->End(), Position{4});
        EXPECT_EQ(ground.log->Read({.query = AnyOf({}, {"strand:1"})})->records.size(), 2U);
        EXPECT_FALSE(ground.log->FindCommand(CommandHash(CommandName(1)))->has_value());
    }
}

TEST(LogFaultsTest, RefusesToWriteBelowTheFreeSpaceItNeedsAndGoesOnAbove) {
    LogGround ground;
    std::atomic<std::uint64_t> free_bytes = 1ULL << 30U;
    ground.options.disk_space = [&free_bytes]() -> absl::StatusOr<DiskSpace> {
        return DiskSpace{free_bytes, 100ULL << 30U};
    };
    RecordLog& log = ground.Open();
    ASSERT_TRUE(log.Append(Command(0)).ok());
    free_bytes = 255ULL << 20U;
    const auto wait_until = [](const auto& holds) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!holds() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
        return holds();
    };
    ASSERT_TRUE(wait_until([&log] { return !log.Writable(); }));
    const auto refused = log.Append(Command(1));
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(ReasonOf(refused.status()), "DISK_FULL");
    EXPECT_TRUE(log.Append(Command(0))->repeated) << "what is stored is answered without room";
    EXPECT_TRUE(log.Read({}).ok());
    free_bytes = 257ULL << 20U;
    ASSERT_TRUE(wait_until([&log] { return log.Writable(); }));
    EXPECT_TRUE(log.Append(Command(1)).ok());
}

}  // namespace
}  // namespace throughline::testing
