// The log on disk keeps the contract, over restarts too.
#include "eventstore/log/rocks_log.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <semaphore>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/fault_file_system.h"
#include "eventstore/log/keys.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/log_paths.h"
#include "tests/eventstore/log/log_ground.h"
#include "tests/eventstore/log/record_log_contract.h"
#include "tests/eventstore/log/sealed_append.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

LogUnderTest MakeRocksLog() {
    LogUnderTest made;
    auto ground = std::make_shared<LogGround>();
    ground->Open();
    made.clock = ground->clock;
    made.ground = ground;
    made.log = std::shared_ptr<RecordLog>(ground, ground->log.get());
    return made;
}

INSTANTIATE_TEST_SUITE_P(Disk, RecordLogContract, ::testing::Values(LogKind{"RocksLog", MakeRocksLog}), NameOfKind);

std::string Message(const absl::Status& status) {
    return std::string(status.message());
}

TEST(RocksLogInitTest, GivesAStoreItsIdMarkAndTime) {
    const TemporaryFolder folder;
    const StandingClock clock(FromMicros(kTestStartUs));
    RocksLogInit init;
    init.path = folder.path() + "/new/store";
    init.synthetic = true;
    init.clock = &clock;
    ASSERT_TRUE(RocksLog::Init(init).ok());
    RocksLogOptions options;
    options.path = init.path;
    options.clock = &clock;
    options.fatal = [](const absl::Status&) {};
    const auto log = RocksLog::Open(options);
    ASSERT_TRUE(log.ok()) << log.status();
    EXPECT_EQ((*log)->StoreId(), init.store_id);
    EXPECT_TRUE((*log)->Synthetic());
    EXPECT_EQ((*log)->CreatedAt(), FromMicros(kTestStartUs));
    EXPECT_EQ(std::filesystem::status(init.path).permissions(), std::filesystem::perms::owner_all);
}

TEST(RocksLogInitTest, RefusesAFolderThatHoldsAStore) {
    const LogGround ground;
    RocksLogInit init;
    init.path = ground.path();
    init.clock = ground.clock.get();
    EXPECT_EQ(RocksLog::Init(init).code(), absl::StatusCode::kAlreadyExists);
}

TEST(RocksLogInitTest, FinishesAStoreThatWasBegunButNotFinished) {
    const LogGround ground;
    std::filesystem::remove_all(ground.path() + "/db");
    RocksLogInit init;
    init.path = ground.path();
    init.clock = ground.clock.get();
    EXPECT_TRUE(RocksLog::Init(init).ok());
}

TEST(RocksLogInitTest, IsCompletedByAnotherOneWhereverItWasKilled) {
    // Each of the first ones, where HEAD and the folders are made; then ever fewer of RocksDB's own.
    for (std::uint64_t nth = 1;; nth += 1 + nth / 8) {
        SCOPED_TRACE(fmt::format("operation {}", nth));
        const TemporaryFolder folder;
        const StandingClock clock(FromMicros(kTestStartUs));
        const auto faults = std::make_shared<FaultFileSystem>(rocksdb::FileSystem::Default());
        const auto env = rocksdb::NewCompositeEnv(faults);
        RocksLogInit init;
        init.path = folder.path();
        init.clock = &clock;
        init.env = env.get();
        faults->FailAt(nth, Fault::kKill);
        RocksLog::Init(init).IgnoreError();
        const bool fired = faults->fired();
        faults->Heal();
        if (nth % 2 == 0) {
            ASSERT_TRUE(faults->DropUnsynced().ok());
        }
        RocksLogOptions options;
        options.path = folder.path();
        options.clock = &clock;
        const absl::Status early = RocksLog::Open(options).status();
        EXPECT_TRUE(early.ok() || early.code() == absl::StatusCode::kNotFound) << early;
        init.store_id = RandomUuid();
        const absl::Status again = RocksLog::Init(init);
        EXPECT_TRUE(again.ok() || again.code() == absl::StatusCode::kAlreadyExists) << again;
        const auto log = RocksLog::Open(options);
        ASSERT_TRUE(log.ok()) << log.status();
        if (again.ok()) {
            EXPECT_EQ((*log)->StoreId(), init.store_id);
        }
        if (!fired) break;
    }
}

TEST(RocksLogOpenTest, NeverCreatesAStore) {
    const TemporaryFolder folder;
    const StandingClock clock(FromMicros(0));
    RocksLogOptions options;
    options.path = folder.path() + "/nothing";
    options.clock = &clock;
    const auto log = RocksLog::Open(options);
    EXPECT_EQ(log.status().code(), absl::StatusCode::kNotFound);
    EXPECT_THAT(Message(log.status()), HasSubstr("throughline init"));
    EXPECT_FALSE(std::filesystem::exists(options.path));
}

TEST(RocksLogOpenTest, RefusesASecondOpeningOfOneStore) {
    LogGround ground;
    ground.Open();
    const auto second = RocksLog::Open(ground.options);
    EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(ReasonOf(second.status()), "STORE_LOCKED");
}

// Takes the lock in another process, as a second server would, until the test lets go of `alive`.
void LockInAnotherProcess(const std::string& lock_file, int locked, int alive) {
    const int file = ::open(lock_file.c_str(), O_RDWR | O_CLOEXEC);
    struct flock lock {};
    lock.l_type = F_WRLCK;
    char byte = ::fcntl(file, F_SETLK, &lock) == 0 ? 'y' : 'n';
    if (::write(locked, &byte, 1) != 1) ::_exit(1);
    ::_exit(static_cast<int>(::read(alive, &byte, 1)));
}

TEST(RocksLogOpenTest, RefusesAStoreThatAnotherProcessHasOpen) {
    LogGround ground;
    const std::string lock_file = ground.path() + "/db/LOCK";
    std::array<int, 2> locked{};
    std::array<int, 2> alive{};
    ASSERT_EQ(::pipe2(locked.data(), O_CLOEXEC), 0);
    ASSERT_EQ(::pipe2(alive.data(), O_CLOEXEC), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::close(alive[1]);
        LockInAnotherProcess(lock_file, locked[1], alive[0]);
    }
    char byte = 0;
    ASSERT_EQ(::read(locked[0], &byte, 1), 1);
    ASSERT_EQ(byte, 'y');
    const absl::Status refused = ground.TryOpen();
    EXPECT_EQ(ReasonOf(refused), "STORE_LOCKED") << refused;
    EXPECT_THAT(Message(refused), HasSubstr("another process has the store"));
    for (const int end : {alive[0], alive[1], locked[0], locked[1]}) ::close(end);
    EXPECT_EQ(::waitpid(child, nullptr, 0), child);
    EXPECT_TRUE(ground.TryOpen().ok());
}

TEST(RocksLogOpenTest, FindsEverythingAgain) {
    LogGround ground;
    ground.Open();
    const Uuid id = ground.log->StoreId();
    ASSERT_TRUE(
        ground.log->Append(MakeAppend("a", {{.type = "test.A", .tags = {"pupil:1"}}, {.type = "test.B"}})).ok());
    ASSERT_TRUE(
        ground.log->Append(MakeAppend("b", {{.type = "test.A", .tags = {"pupil:1"}, .subject = TestSubject(3)}})).ok());
    ASSERT_TRUE(ground.log->DeleteBodies(TestSubject(3)).ok());
    const auto before = ground.log->Read({});
    RecordLog& log = ground.Open();
    EXPECT_EQ(log.StoreId(), id);
    EXPECT_EQ(log.End(), Position{3});
    EXPECT_EQ(ground.log->LastRecordedAt(), FromMicros(kTestStartUs));
    const auto after = log.Read({});
    ASSERT_TRUE(after.ok()) << after.status();
    ASSERT_EQ(after->records.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(after->records[i].header, before->records[i].header);
        EXPECT_EQ(after->records[i].sealed_body, before->records[i].sealed_body);
    }
    EXPECT_TRUE(log.Append(MakeAppend("a", {{.type = "test.A", .tags = {"pupil:1"}}, {.type = "test.B"}}))->repeated);
    EXPECT_EQ(log.Append(MakeAppendIf("c", {{}}, AnyOf({"test.A"}, {"pupil:1"}), Position{1})).status().code(),
              absl::StatusCode::kAborted);
    EXPECT_EQ(ReasonOf(log.Append(MakeAppend("d", {{.subject = TestSubject(3)}})).status()), "SUBJECT_ERASED");
    EXPECT_EQ(log.Read({.query = AnyOf({"test.A"}, {"pupil:1"})})->records.size(), 2U);
    EXPECT_THAT(ground.fatal.all(), IsEmpty());
}

TEST(RocksLogOpenTest, BeginsANewWriterEpochEachTime) {
    LogGround ground;
    for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) {
        RecordLog& log = ground.Open();
        ASSERT_TRUE(log.Append(MakeAppend(fmt::format("{}", epoch), {{}})).ok());
        const auto last = log.Read({.backwards = true, .limit = 1});
        eventstore::v1::RecordHeader header;
        ASSERT_TRUE(last.ok() && header.ParseFromString(last->records.front().header));
        EXPECT_EQ(header.writer_epoch(), epoch);
        EXPECT_EQ(header.position(), epoch - 1);
    }
}

/// A log whose records stand in tables of several starts, and the last ones in memory; and what its bodies are.
struct RocksLogReadTest : ::testing::Test {
    static constexpr std::uint64_t kStarts = 4;
    static constexpr std::uint64_t kRequests = 3;
    static constexpr std::uint64_t kEvents = 70;
    static constexpr std::uint64_t kTags = 5;
    static constexpr std::uint8_t kErased = 3;

    RocksLogReadTest() {
        for (std::uint64_t start = 0; start < kStarts; ++start) {
            ground.Open();
            for (std::uint64_t request = 0; request < kRequests; ++request) Append(kEvents - 11 * request);
        }
    }
    void Append(std::uint64_t events) {
        std::vector<TestEvent> request;
        for (std::uint64_t i = 0; i < events; ++i) {
            const std::uint64_t number = bodies.size();
            bodies.push_back(fmt::format("body {} {}", number, std::string(number % 13 * 50, 'b')));
            request.push_back({.tags = {fmt::format("pupil:{}", number % kTags)},
                               .subject = TestSubject(static_cast<std::uint8_t>(number % subjects)),
                               .body = bodies.back()});
        }
        ASSERT_TRUE(ground.log->Append(MakeAppend(fmt::format("{}", bodies.size()), std::move(request))).ok());
    }
    void Erase() {
        ASSERT_TRUE(ground.log->DeleteBodies(TestSubject(kErased)).ok());
        for (std::uint64_t number = kErased; number < bodies.size(); number += subjects) bodies[number].clear();
        subjects = kErased;  // Nothing can be added about the last one.
    }
    /// Tables of the log that are mapped now.
    [[nodiscard]] std::size_t Mapped() const {
        std::ifstream maps("/proc/self/maps");
        std::size_t mapped = 0;
        for (std::string line; std::getline(maps, line);) mapped += line.find(ground.path()) != std::string::npos;
        return mapped;
    }
    /// In batches of a few records, which end within frames.
    void ExpectToRead(std::uint64_t from, std::optional<std::uint64_t> tag) {
        SCOPED_TRACE(fmt::format("from {}{}", from, tag ? fmt::format(", tag {}", *tag) : ""));
        ReadOptions options{.from = Position{from}, .limit = 9};
        if (tag) options.query = AnyOf({}, {fmt::format("pupil:{}", *tag)});
        std::uint64_t number = from;
        while (options.from) {
            const auto batch = ground.log->Read(options);
            ASSERT_TRUE(batch.ok()) << batch.status();
            for (const StoredRecord& record : batch->records) {
                while (tag && number % kTags != *tag) ++number;
                ASSERT_LT(number, bodies.size());
                ASSERT_EQ(record.position, Position{number});
                ASSERT_EQ(record.sealed_body, bodies[number]);
                ++number;
            }
            options.from = batch->next;
        }
        while (tag && number < bodies.size() && number % kTags != *tag) ++number;
        EXPECT_EQ(number, bodies.size());
    }
    /// The same from the end to the beginning.
    void ExpectToReadBackwards(std::uint64_t tag) {
        SCOPED_TRACE(fmt::format("backwards, tag {}", tag));
        std::vector<std::string> found;
        ReadOptions options{.query = AnyOf({}, {fmt::format("pupil:{}", tag)}), .backwards = true, .limit = 60};
        do {
            const auto batch = ground.log->Read(options);
            ASSERT_TRUE(batch.ok()) << batch.status();
            for (const StoredRecord& record : batch->records) found.push_back(record.sealed_body);
            options.from = batch->next;
        } while (options.from);
        std::vector<std::string> expected;
        for (std::uint64_t number = tag; number < bodies.size(); number += kTags) expected.push_back(bodies[number]);
        std::ranges::reverse(expected);
        EXPECT_EQ(found, expected);
    }
    void ExpectToReadAll() {
        for (std::uint64_t from = 0; from < bodies.size(); from += 37) ExpectToRead(from, std::nullopt);
        for (std::uint64_t tag = 0; tag < kTags; ++tag) {
            ExpectToRead(0, tag);
            ExpectToRead(bodies.size() / 2, tag);
            ExpectToReadBackwards(tag);
        }
    }

    LogGround ground;
    std::vector<std::string> bodies;
    std::uint64_t subjects = kErased + 1;
};

TEST_F(RocksLogReadTest, GoesFromTablesOnIntoMemory) {
    EXPECT_EQ(Mapped(), kStarts - 1);
    ExpectToReadAll();
    Append(kEvents);
    ExpectToReadAll();
}

TEST_F(RocksLogReadTest, FindsWhatAnErasureWroteAnew) {
    ExpectToReadAll();
    Erase();
    ExpectToReadAll();
    Append(kEvents / 10);
    ground.Open();
    ExpectToReadAll();
}

TEST_F(RocksLogReadTest, GoesOnAfterAnErasureWhereItStopped) {
    const auto before = ground.log->Read({.limit = 10});
    ASSERT_TRUE(before.ok()) << before.status();
    Erase();
    ExpectToRead(ToUint64(*before->next), std::nullopt);
}

TEST_F(RocksLogReadTest, SeesWhatRottedWhileAReaderRested) {
    const auto before = ground.log->Read({.limit = 3});
    ASSERT_TRUE(before.ok()) << before.status();
    // Within the block that the reader has begun, behind what it has read.
    constexpr std::streamoff kAt = 3'000;
    for (const auto& entry : std::filesystem::directory_iterator(DatabasePath(ground.path()))) {
        if (entry.path().extension() != ".sst" || entry.file_size() < 2 * kAt) continue;
        std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(kAt);
        const auto byte = static_cast<char>(file.get());
        file.seekp(kAt);
        file.put(static_cast<char>(byte ^ 0x10));
    }
    const auto after = ground.log->Read({.from = before->next, .limit = 3});
    EXPECT_EQ(after.status().code(), absl::StatusCode::kDataLoss) << after.status();
}

TEST_F(RocksLogReadTest, ReadsPartFromTablesAndPartByRocksDb) {
    ground.Close();
    {
        LogFamilies families{OpenRocks(LogFamilies::Options(DatabasePath(ground.path()), nullptr)).value()};
        const std::unique_ptr<rocksdb::Iterator> rows = families.Iterate(families.frames());
        rows->SeekForPrev(FrameKey(Position{bodies.size() / 2}));
        ASSERT_TRUE(rows->Valid());
        ASSERT_TRUE(families.db().Put(Synced(), families.frames(), rows->key(), rows->value()).ok());
        ASSERT_TRUE(families.db().Flush({}, families.frames()).ok());
    }
    ground.Open();
    EXPECT_EQ(Mapped(), kStarts - 1) << "of the tables and the new one, two overlap";
    ExpectToReadAll();
}

TEST_F(RocksLogReadTest, ManyReadWhatIsThereWhileItGrowsAndIsErased) {
    std::atomic<bool> over = false;
    const std::uint64_t known = bodies.size();
    const std::vector<std::string> first = bodies;
    std::vector<std::thread> readers;
    for (std::uint64_t reader = 0; reader < 4; ++reader) {
        readers.emplace_back([&, reader] {
            ReadOptions options{.limit = 50};
            if (reader % 2 == 1) options.query = AnyOf({}, {fmt::format("pupil:{}", reader)});
            while (!over) {
                const auto batch = ground.log->Read(options);
                ASSERT_TRUE(batch.ok()) << batch.status();
                for (const StoredRecord& record : batch->records) {
                    const std::uint64_t number = ToUint64(record.position);
                    if (number >= known) continue;
                    const bool may_be_gone = number % 4 == kErased && record.sealed_body.empty();
                    ASSERT_TRUE(may_be_gone || record.sealed_body == first[number]) << "record " << number;
                }
                options.from = batch->next;
            }
        });
    }
    for (int round = 0; round < 5; ++round) {
        Append(kEvents);
        if (round == 2) Erase();
        // Nothing of its own to erase, so it only flushes: tables come and go.
        EXPECT_TRUE(ground.log->DeleteBodies(TestSubject(99)).ok());
    }
    over = true;
    for (std::thread& reader : readers) reader.join();
    ExpectToReadAll();
}

TEST(RocksLogTest, CommitsOnALentThreadWhatOthersBegan) {
    constexpr int kRounds = 1'000;  // Whether the lent thread or the log's own is there first is chance.
    LogGround ground;
    RecordLog& log = ground.Open();
    std::atomic<std::thread::id> told_on;
    std::atomic<bool> over = false;
    std::thread lent([&] {
        for (; !over; std::this_thread::yield()) log.LendThread();
    });
    bool told_on_the_lent = false;
    for (int round = 0; round < kRounds && !told_on_the_lent; ++round) {
        std::binary_semaphore answered{0};
        // The listener is called while its commit has the writer's turn: what comes now has to wait.
        bool begun = false;
        const std::shared_ptr<void> listening = log.Listen([&](Position) {
            if (std::exchange(begun, true)) return;
            log.BeginAppend(MakeAppend(fmt::format("waits {}", round), {{}}),
                            [&](const absl::StatusOr<AppendOutcome>& outcome) {
                                EXPECT_TRUE(outcome.ok()) << outcome.status();
                                told_on = std::this_thread::get_id();
                                answered.release();
                            });
        });
        ASSERT_TRUE(log.Append(MakeAppend(fmt::format("first {}", round), {{}})).ok());
        answered.acquire();
        told_on_the_lent = told_on.load() == lent.get_id();
    }
    over = true;
    lent.join();
    EXPECT_TRUE(told_on_the_lent);
}

}  // namespace
}  // namespace throughline::testing
