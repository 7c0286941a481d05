// What was acknowledged is there after every crash of a database whose log is written over zeros (P1, P5).
#include <array>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rocksdb/utilities/checkpoint.h>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/fault_file_system.h"
#include "eventstore/disk/rocks.h"
#include "tests/eventstore/disk/disk_folder.h"

namespace throughline::testing {
namespace {

// One in a sector, one over sectors, one over blocks, and one that is not zeroed for.
constexpr std::array<std::size_t, 6> kValueBytes{60, 700, 6'000, 300, 70'000, 200'000};

// Together more than a log must have to be kept as a spare one.
constexpr std::size_t kRowsALog = kValueBytes.size();

std::string Value(std::size_t row, std::size_t bytes) {
    std::mt19937 random(static_cast<unsigned>(row));
    std::string value(bytes, '\0');
    for (char& byte : value) byte = static_cast<char>(random() | 1U);
    return value;
}

std::string Value(std::size_t row) {
    return Value(row, kValueBytes[row % kValueBytes.size()]);
}

class SyncedLogTest : public ::testing::Test {
  protected:
    [[nodiscard]] RocksOptions Options(const std::string& name, rocksdb::Env* env = nullptr) const {
        RocksOptions options{folder_.Path(name), {"default", "more"}, true, env, {}};
        options.synced_log = true;
        options.spare_logs = true;
        return options;
    }

    /// A database as a killed process leaves it, after so many rows.
    std::filesystem::path Killed(const std::string& name, std::size_t rows) const {
        const auto rocks = OpenRocks(Options("alive-" + name));
        EXPECT_TRUE(rocks.ok()) << rocks.status();
        for (std::size_t row = 0; row < rows; ++row) EXPECT_TRUE(Put(*rocks, row));
        std::filesystem::copy(folder_.Path("alive-" + name), folder_.Path(name));
        return NewestWal(folder_.Path(name));
    }

    static bool Put(const Rocks& rocks, std::size_t row) {
        return rocks.db->Put(Synced(), rocks.families[row % 2], std::to_string(row), Value(row)).ok();
    }

    /// Writes all rows out as tables, so that the log goes.
    static rocksdb::Status BeginNewLog(const Rocks& rocks) {
        rocksdb::Status status = rocks.db->Flush({}, rocks.families);
        // Deletes at once what else a thread in the background deletes soon.
        if (status.ok()) status = rocks.db->DisableFileDeletions();
        if (status.ok()) status = rocks.db->EnableFileDeletions();
        return status;
    }

    /// How many rows there are, each as it was put and none missing before the last.
    static std::size_t Rows(const Rocks& rocks) {
        std::size_t rows = 0;
        std::string found;
        while (rocks.db->Get({}, rocks.families[rows % 2], std::to_string(rows), &found).ok()) {
            EXPECT_EQ(found, Value(rows)) << "row " << rows;
            ++rows;
        }
        for (std::size_t later = rows + 1; later < rows + 10; ++later) {
            EXPECT_TRUE(rocks.db->Get({}, rocks.families[later % 2], std::to_string(later), &found).IsNotFound());
        }
        return rows;
    }

    DiskFolder folder_;
};

TEST_F(SyncedLogTest, KeepsEveryRowOfAKilledProcess) {
    const std::filesystem::path wal = Killed("db", 40);
    const std::string content = ContentOf(wal);
    EXPECT_GT(content.size(), WithoutZeros(content).size() + 4'096) << "the log ends in zeros";
    const auto again = OpenRocks(Options("db"));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(Rows(*again), 40U);
}

TEST_F(SyncedLogTest, LeavesNoZerosWhenItIsClosed) {
    {
        const auto rocks = OpenRocks(Options("db"));
        ASSERT_TRUE(rocks.ok());
        for (std::size_t row = 0; row < 4; ++row) ASSERT_TRUE(Put(*rocks, row));
    }
    const std::string closed = ContentOf(NewestWal(folder_.Path("db")));
    EXPECT_FALSE(closed.empty());
    EXPECT_EQ(closed.size(), WithoutZeros(closed).size());
}

TEST_F(SyncedLogTest, WritesTheThirdLogOverTheFirstAndKeepsEveryRowOfAKilledProcess) {
    const auto rocks = OpenRocks(Options("db"));
    ASSERT_TRUE(rocks.ok());
    std::size_t row = 0;
    std::size_t first_bytes = 0;
    for (int log = 0; log < 3; ++log) {
        if (log == 1) first_bytes = WithoutZeros(ContentOf(NewestWal(folder_.Path("db")))).size();
        if (log > 0) {
            ASSERT_TRUE(BeginNewLog(*rocks).ok());
        }
        if (log == 2) {
            EXPECT_GE(std::filesystem::file_size(NewestWal(folder_.Path("db"))), first_bytes);
        }
        // The last ends earlier, so that zeros of the first stand behind its rows.
        for (std::size_t i = 0; i < (log < 2 ? kRowsALog : kRowsALog - 1); ++i) ASSERT_TRUE(Put(*rocks, row++));
    }
    std::filesystem::copy(folder_.Path("db"), folder_.Path("killed"));
    const auto again = OpenRocks(Options("killed"));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(Rows(*again), row);
}

TEST_F(SyncedLogTest, LeavesNoSpareLogWhenItIsClosedOrOpenedAfterAKill) {
    const auto spares = [this](const std::string& name) {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.Path(name))) {
            if (entry.path().extension() == ".zeros") ++count;
        }
        return count;
    };
    {
        const auto rocks = OpenRocks(Options("db"));
        ASSERT_TRUE(rocks.ok());
        for (std::size_t row = 0; row < kRowsALog; ++row) ASSERT_TRUE(Put(*rocks, row));
        ASSERT_TRUE(BeginNewLog(*rocks).ok());
        EXPECT_EQ(spares("db"), 1U);
        std::filesystem::copy(folder_.Path("db"), folder_.Path("killed"));
    }
    EXPECT_EQ(spares("db"), 0U);
    const auto again = OpenRocks(Options("killed"));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(spares("killed"), 0U);
}

TEST_F(SyncedLogTest, DeletesLogsThatItHasNotWrittenAndThoseOfWhoWantsNoSpareOnes) {
    Killed("killed", kRowsALog);
    RocksOptions without = Options("without");
    without.spare_logs = false;
    for (const RocksOptions& options : {Options("killed"), without}) {
        const auto rocks = OpenRocks(options);
        ASSERT_TRUE(rocks.ok()) << rocks.status();
        if (!options.spare_logs) {
            for (std::size_t row = 0; row < kRowsALog; ++row) ASSERT_TRUE(Put(*rocks, row));
        }
        ASSERT_TRUE(BeginNewLog(*rocks).ok());
        for (const auto& entry : std::filesystem::directory_iterator(options.path)) {
            EXPECT_NE(entry.path().extension(), ".zeros") << entry.path();
            if (entry.path().extension() == ".log") {
                EXPECT_EQ(WithoutZeros(ContentOf(entry.path())).size(), 0U) << entry.path();
            }
        }
    }
}

TEST_F(SyncedLogTest, IsOnlyForThoseWhoAskForIt) {
    RocksOptions options = Options("db");
    options.synced_log = false;
    const auto rocks = OpenRocks(options);
    ASSERT_TRUE(rocks.ok());
    ASSERT_TRUE(Put(*rocks, 0));
    const std::string content = ContentOf(NewestWal(options.path));
    EXPECT_EQ(content.size(), WithoutZeros(content).size());
}

TEST_F(SyncedLogTest, OpensADatabaseThatGrewItsLogPlainly) {
    RocksOptions plain = Options("db");
    plain.synced_log = false;
    {
        const auto rocks = OpenRocks(plain);
        ASSERT_TRUE(rocks.ok());
        for (std::size_t row = 0; row < 10; ++row) ASSERT_TRUE(Put(*rocks, row));
        std::filesystem::copy(plain.path, folder_.Path("killed"));
    }
    for (const char* name : {"db", "killed"}) {
        const auto rocks = OpenRocks(Options(name));
        ASSERT_TRUE(rocks.ok()) << rocks.status();
        EXPECT_EQ(Rows(*rocks), 10U);
    }
}

TEST_F(SyncedLogTest, ChecksOutTheLogThatIsBeingWritten) {
    const auto rocks = OpenRocks(Options("db"));
    ASSERT_TRUE(rocks.ok());
    for (std::size_t row = 0; row < 10; ++row) ASSERT_TRUE(Put(*rocks, row));
    rocksdb::Checkpoint* made = nullptr;
    ASSERT_TRUE(rocksdb::Checkpoint::Create(rocks->db.get(), &made).ok());
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
    constexpr std::uint64_t kNeverFlush = std::numeric_limits<std::uint64_t>::max();
    ASSERT_TRUE(checkpoint->CreateCheckpoint(folder_.Path("copied-log"), kNeverFlush).ok());
    ASSERT_TRUE(checkpoint->CreateCheckpoint(folder_.Path("flushed"), 0).ok());
    for (const char* name : {"copied-log", "flushed"}) {
        const auto copy = OpenRocks(Options(name));
        ASSERT_TRUE(copy.ok()) << copy.status();
        EXPECT_EQ(Rows(*copy), 10U);
    }
}

// Zeros follow the tear, which RocksDB alone takes for damage.
TEST_F(SyncedLogTest, DropsATornBatchThatNobodyWasToldOf) {
    const std::string before = WithoutZeros(ContentOf(Killed("before", 10)));
    const std::filesystem::path wal = Killed("db", 11);  // Row 10 has 70,000 bytes.
    const std::string after = ContentOf(wal);
    for (const std::size_t at : {std::size_t{512}, std::size_t{40'000}, std::size_t{69'000}}) {
        std::string without_end = after;
        without_end.replace(before.size() + at, 70'000, 70'000, '\0');
        std::string without_begin = after;
        without_begin.replace(before.size(), at, at, '\0');
        for (const auto& [lost, content] : {std::pair("end", without_end), std::pair("begin", without_begin)}) {
            SCOPED_TRACE(fmt::format("lost its {}, byte {}", lost, at));
            const std::string name = fmt::format("torn-{}-{}", at, lost);
            std::filesystem::copy(folder_.Path("db"), folder_.Path(name));
            PutContent(folder_.Path(name) / wal.filename(), content);
            if (content == without_end) {
                RocksOptions alone = Options(name);
                alone.synced_log = false;
                EXPECT_EQ(OpenRocks(alone).status().code(), absl::StatusCode::kDataLoss);
            }
            const auto rocks = OpenRocks(Options(name));
            ASSERT_TRUE(rocks.ok()) << rocks.status();
            EXPECT_EQ(Rows(*rocks), 10U);
        }
    }
}

TEST_F(SyncedLogTest, KeepsEveryRowOrIsRefusedWhereZerosWereChanged) {
    const std::filesystem::path wal = Killed("db", 10);
    const std::string content = ContentOf(wal);
    const std::size_t end = WithoutZeros(content).size();
    for (const std::size_t behind : {0U, 3U, 6U, 7U, 20U, 600U, 5'000U, 40'000U}) {
        ASSERT_LT(end + behind, content.size());
        const std::string name = fmt::format("changed-{}", behind);
        std::filesystem::copy(folder_.Path("db"), folder_.Path(name));
        std::string changed = content;
        changed[end + behind] = '\x01';
        PutContent(folder_.Path(name) / wal.filename(), changed);
        const auto rocks = OpenRocks(Options(name));
        if (rocks.ok()) {
            EXPECT_EQ(Rows(*rocks), 10U);
        } else {
            EXPECT_EQ(ReasonOf(rocks.status()), "CORRUPTION");
        }
    }
}

// Also the length of a record, and a sector that the disk lost, which RocksDB alone would both pass over.
TEST_F(SyncedLogTest, IsRefusedWhereASyncedBatchWasChanged) {
    const std::filesystem::path wal = Killed("db", 4);
    const std::string content = ContentOf(wal);
    const std::size_t end = WithoutZeros(content).size();
    std::map<std::string, std::string> all;
    for (const std::size_t at : {std::size_t{0}, std::size_t{4}, std::size_t{5}, std::size_t{6}, std::size_t{500},
                                 std::size_t{2'000}, end - 1}) {
        std::string& changed = all[fmt::format("byte-{}", at)] = content;
        changed[at] = static_cast<char>(changed[at] ^ '\x40');
    }
    all["sector"] = content;
    all["sector"].replace(512, 512, 512, '\0');
    for (const auto& [name, changed] : all) {
        std::filesystem::copy(folder_.Path("db"), folder_.Path(name));
        PutContent(folder_.Path(name) / wal.filename(), changed);
        EXPECT_EQ(ReasonOf(OpenRocks(Options(name)).status()), "CORRUPTION") << name;
    }
}

enum class PowerCut { kNo, kClean, kTorn };

enum class Log { kNew, kOverASpareOne, kOverASpareOneAndThenTheNext };

class SyncedLogFaultsTest : public SyncedLogTest {
  protected:
    // Fails the first operation, then the second, and so on, until a run meets no fault any more.
    void FailAtEveryOperation(Fault fault, PowerCut power_cut, Log log = Log::kNew) {
        { ASSERT_TRUE(OpenRocks(Options("made")).ok()); }
        std::mt19937 random(23);
        bool fired = true;
        std::uint64_t nth = 0;
        while (fired) {
            SCOPED_TRACE(fmt::format("operation {}", ++nth));
            std::filesystem::remove_all(folder_.Path("db"));
            std::filesystem::copy(folder_.Path("made"), folder_.Path("db"));
            const auto faults = std::make_shared<FaultFileSystem>(rocksdb::FileSystem::Default());
            const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(faults);
            const std::size_t acknowledged = Run(env.get(), log, [&] { faults->FailAt(nth, fault); });
            fired = faults->fired();
            faults->Heal();
            if (power_cut == PowerCut::kClean) {
                ASSERT_TRUE(faults->DropUnsynced().ok());
            }
            if (power_cut == PowerCut::kTorn) {
                ASSERT_TRUE(faults->TearUnsynced(random).ok());
            }
            const auto again = OpenRocks(Options("db", env.get()));
            ASSERT_TRUE(again.ok()) << again.status();
            const std::size_t rows = Rows(*again);
            EXPECT_GE(rows, acknowledged);
            EXPECT_LE(rows, acknowledged + 1);
            if (!fired) {
                EXPECT_EQ(acknowledged, RowsBefore(log) + RowsMeanwhile(log));
            }
            if (HasFailure()) return;
        }
        EXPECT_GT(nth, 2 * RowsMeanwhile(log)) << "each row alone is a write and a sync";
    }

  private:
    // The third log is written over the first.
    static std::size_t RowsBefore(Log log) { return log == Log::kNew ? 0 : 2 * kRowsALog; }

    // The fourth log, over the second, gets two.
    static std::size_t RowsMeanwhile(Log log) {
        return log == Log::kOverASpareOneAndThenTheNext ? kRowsALog + 2 : 2 * kRowsALog;
    }

    // How many rows were acknowledged. Nothing fails before `begin_to_fail`.
    template <class BeginToFail>
    std::size_t Run(rocksdb::Env* env, Log log, const BeginToFail& begin_to_fail) const {
        if (log == Log::kNew) begin_to_fail();
        const auto rocks = OpenRocks(Options("db", env));
        std::size_t row = 0;
        while (rocks.ok() && row < RowsBefore(log)) {
            EXPECT_TRUE(Put(*rocks, row++));
            if (row % kRowsALog == 0) {
                EXPECT_TRUE(BeginNewLog(*rocks).ok());
            }
        }
        if (log != Log::kNew) {
            EXPECT_GE(std::filesystem::file_size(NewestWal(folder_.Path("db"))), 256U << 10U) << "over a spare one";
            begin_to_fail();
        }
        while (rocks.ok() && row < RowsBefore(log) + RowsMeanwhile(log) && Put(*rocks, row)) {
            ++row;
            // Whatever becomes of the old log and the new one.
            if (log == Log::kOverASpareOneAndThenTheNext && row == RowsBefore(log) + kRowsALog) {
                BeginNewLog(*rocks).PermitUncheckedError();
            }
        }
        return row;
    }
};

TEST_F(SyncedLogFaultsTest, KeepsWhatItAcknowledgedWhereverAnIoErrorStrikes) {
    FailAtEveryOperation(Fault::kIoError, PowerCut::kNo);
}

TEST_F(SyncedLogFaultsTest, KeepsWhatItAcknowledgedWhereverAnIoErrorAndThenAPowerCutStrike) {
    FailAtEveryOperation(Fault::kIoError, PowerCut::kTorn);
}

TEST_F(SyncedLogFaultsTest, KeepsWhatItAcknowledgedWhereverItIsKilled) {
    FailAtEveryOperation(Fault::kKill, PowerCut::kNo);
}

TEST_F(SyncedLogFaultsTest, KeepsWhatItAcknowledgedWhereverThePowerIsCut) {
    FailAtEveryOperation(Fault::kKill, PowerCut::kClean);
}

TEST_F(SyncedLogFaultsTest, KeepsWhatItAcknowledgedWhereverThePowerIsCutAndAWriteIsTorn) {
    FailAtEveryOperation(Fault::kKill, PowerCut::kTorn);
}

TEST_F(SyncedLogFaultsTest, KeepsWhatItAcknowledgedWhereverAFullDiskStrikes) {
    FailAtEveryOperation(Fault::kNoSpace, PowerCut::kNo);
}

TEST_F(SyncedLogFaultsTest, KeepsWhatItAcknowledgedWhereverAFullDiskAndThenAPowerCutStrike) {
    FailAtEveryOperation(Fault::kNoSpace, PowerCut::kClean);
}

TEST_F(SyncedLogFaultsTest, KeepsOnASpareLogWhatItAcknowledgedWhereverAnIoErrorStrikes) {
    FailAtEveryOperation(Fault::kIoError, PowerCut::kNo, Log::kOverASpareOne);
}

TEST_F(SyncedLogFaultsTest, KeepsOnASpareLogWhatItAcknowledgedWhereverThePowerIsCut) {
    FailAtEveryOperation(Fault::kKill, PowerCut::kClean, Log::kOverASpareOne);
}

TEST_F(SyncedLogFaultsTest, KeepsOnASpareLogWhatItAcknowledgedWhereverThePowerIsCutAndAWriteIsTorn) {
    FailAtEveryOperation(Fault::kKill, PowerCut::kTorn, Log::kOverASpareOne);
}

TEST_F(SyncedLogFaultsTest, KeepsFromOneSpareLogToTheNextWhatItAcknowledgedWhereverThePowerIsCutAndAWriteIsTorn) {
    FailAtEveryOperation(Fault::kKill, PowerCut::kTorn, Log::kOverASpareOneAndThenTheNext);
}

TEST_F(SyncedLogFaultsTest, KeepsOnASpareLogWhatItAcknowledgedWhereverAFullDiskAndThenAPowerCutStrike) {
    FailAtEveryOperation(Fault::kNoSpace, PowerCut::kClean, Log::kOverASpareOne);
}

}  // namespace
}  // namespace throughline::testing
