// A database that another one writes is read whole, as it was at one moment, and is left as it is.
#include "eventstore/disk/read_only_rocks.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include "eventstore/base/status_details.h"
#include "tests/eventstore/disk/disk_folder.h"

namespace throughline::testing {
namespace {

namespace fs = std::filesystem;

/// Calls back, once, between the reading of the manifest and the search for write-ahead logs.
class Interrupted final : public rocksdb::FileSystemWrapper {
  public:
    explicit Interrupted(std::function<void()> between)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), between_(std::move(between)) {}

    [[nodiscard]] const char* Name() const override { return "Interrupted"; }

    rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                        rocksdb::IODebugContext* context) override {
        manifest_ = manifest_ || name.find("MANIFEST-") != std::string::npos;
        return target()->NewSequentialFile(name, options, file, context);
    }

    rocksdb::IOStatus GetChildren(const std::string& folder, const rocksdb::IOOptions& options,
                                  std::vector<std::string>* names, rocksdb::IODebugContext* context) override {
        if (manifest_ && between_) std::exchange(between_, nullptr)();
        return target()->GetChildren(folder, options, names, context);
    }

  private:
    std::function<void()> between_;
    bool manifest_ = false;
};

/// Calls back, once, when a write-ahead log was opened to be read: at first its end is looked for.
class Overtaken final : public rocksdb::FileSystemWrapper {
  public:
    explicit Overtaken(std::function<void()> then)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), then_(std::move(then)) {}

    [[nodiscard]] const char* Name() const override { return "Overtaken"; }

    rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                        rocksdb::IODebugContext* context) override {
        rocksdb::IOStatus status = target()->NewSequentialFile(name, options, file, context);
        if (name.ends_with(".log") && ++opened_ == 2) then_();
        return status;
    }

  private:
    const std::function<void()> then_;
    int opened_ = 0;
};

class ReadOnlyRocksTest : public ::testing::Test {
  protected:
    ReadOnlyRocksTest() : writer_(*OpenRocks(Options(true))) {}

    [[nodiscard]] RocksOptions Options(bool create) const {
        RocksOptions options;
        options.path = folder_.Path("db");
        options.families = {"default", "more"};
        options.create = create;
        options.synced_log = true;
        options.spare_logs = true;
        return options;
    }

    void Put(std::string_view key) {
        ASSERT_TRUE(writer_.db->Put(Synced(), writer_.families[1], {key.data(), key.size()}, "value").ok());
    }

    /// Writes everything out as tables, and deletes what is not needed any more.
    void Flush() {
        ASSERT_TRUE(writer_.db->Flush({}, writer_.families).ok());
        ASSERT_TRUE(writer_.db->DisableFileDeletions().ok());
        ASSERT_TRUE(writer_.db->EnableFileDeletions().ok());
    }

    static std::set<std::string> KeysIn(const Rocks& rocks) {
        std::set<std::string> keys;
        const std::unique_ptr<rocksdb::Iterator> row(rocks.db->NewIterator({}, rocks.families[1]));
        for (row->SeekToFirst(); row->Valid(); row->Next()) keys.insert(row->key().ToString());
        EXPECT_TRUE(row->status().ok());
        return keys;
    }

    [[nodiscard]] std::vector<std::string> Files() const {
        std::vector<std::string> files;
        for (const auto& entry : fs::recursive_directory_iterator(folder_.Path(""))) {
            files.push_back(entry.path().string() + " " +
                            std::to_string(entry.is_regular_file() ? entry.file_size() : 0) + " " +
                            std::to_string(entry.last_write_time().time_since_epoch().count()));
        }
        std::sort(files.begin(), files.end());
        return files;
    }

    DiskFolder folder_;
    Rocks writer_;
};

TEST_F(ReadOnlyRocksTest, ReadsTablesAndWriteAheadLogsBesideTheWriter) {
    Put("a");
    Flush();
    Put("b");
    const auto read = OpenRocksReadOnly(Options(false));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(KeysIn(*read), (std::set<std::string>{"a", "b"}));
    Put("c");
    EXPECT_EQ(KeysIn(*read), (std::set<std::string>{"a", "b"})) << "as it was at one moment";
}

TEST_F(ReadOnlyRocksTest, LeavesTheFolderAsItIs) {
    Put("a");
    std::ofstream(folder_.Path("db/999999.sst")) << "a table that no manifest names";
    const std::vector<std::string> before = Files();
    {
        const auto read = OpenRocksReadOnly(Options(false));
        ASSERT_TRUE(read.ok()) << read.status();
        EXPECT_FALSE(read->db->Put({}, read->families[1], "b", "value").ok());
    }
    EXPECT_EQ(Files(), before);
}

TEST_F(ReadOnlyRocksTest, KeepsWhatIsCompactedAwayMeanwhile) {
    for (const char* key : {"a", "b", "c"}) {
        Put(key);
        Flush();
    }
    const auto read = OpenRocksReadOnly(Options(false));
    ASSERT_TRUE(read.ok()) << read.status();
    ASSERT_TRUE(CompactAway(writer_, writer_.families[1], "", "").ok());
    EXPECT_EQ(KeysIn(*read), (std::set<std::string>{"a", "b", "c"}));
}

TEST_F(ReadOnlyRocksTest, MissesNothingThatIsWrittenOutWhileItOpens) {
    Put("a");
    const auto write_out = [this] { Flush(); };
    {
        const auto env = rocksdb::NewCompositeEnv(std::make_shared<Interrupted>(write_out));
        RocksOptions once = Options(false);
        once.env = env.get();
        once.read_only = true;
        const auto read = OpenRocks(once);
        ASSERT_TRUE(read.ok()) << read.status();
        EXPECT_EQ(KeysIn(*read), std::set<std::string>()) << "this is what must not happen";
    }
    Put("b");
    const auto env = rocksdb::NewCompositeEnv(std::make_shared<Interrupted>(write_out));
    RocksOptions options = Options(false);
    options.env = env.get();
    const auto read = OpenRocksReadOnly(options);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(KeysIn(*read), (std::set<std::string>{"a", "b"}));
}

TEST_F(ReadOnlyRocksTest, ReadsALogToItsEndThatTheWriterNeedsNoMore) {
    // Large enough to become a spare log (SpareLogs), were nobody reading.
    std::set<std::string> keys;
    const auto put_many = [&](std::size_t from) {
        for (std::size_t i = from; i < from + 40; ++i) {
            keys.insert(std::to_string(i) + std::string(10'000, 'k'));
            Put(std::to_string(i) + std::string(10'000, 'k'));
        }
    };
    const auto env = rocksdb::NewCompositeEnv(std::make_shared<Overtaken>([this] { Flush(); }));
    put_many(0);
    RocksOptions unlocked = Options(false);
    unlocked.env = env.get();
    unlocked.read_only = true;
    const auto half = OpenRocks(unlocked);
    ASSERT_TRUE(half.ok()) << half.status();
    EXPECT_NE(KeysIn(*half), keys) << "this is what must not happen";

    put_many(40);
    int overtaken = 0;
    const auto counting = rocksdb::NewCompositeEnv(std::make_shared<Overtaken>([&] {
        ++overtaken;
        Flush();
    }));
    RocksOptions options = Options(false);
    options.env = counting.get();
    const auto read = OpenRocksReadOnly(options);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(KeysIn(*read), keys);
    EXPECT_EQ(overtaken, 1);
}

TEST_F(ReadOnlyRocksTest, GivesUpWhereEachTryIsOvertaken) {
    struct Restless final : public rocksdb::FileSystemWrapper {
        explicit Restless(std::function<void()> each)
            : FileSystemWrapper(rocksdb::FileSystem::Default()), each_(std::move(each)) {}
        [[nodiscard]] const char* Name() const override { return "Restless"; }
        rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                            std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                            rocksdb::IODebugContext* context) override {
            const rocksdb::IOStatus status = target()->NewSequentialFile(name, options, file, context);
            if (name.find("MANIFEST-") != std::string::npos) each_();
            return status;
        }
        std::function<void()> each_;
    };
    int tries = 0;
    const auto env = rocksdb::NewCompositeEnv(std::make_shared<Restless>([&] {
        Put(std::to_string(++tries));
        Flush();
    }));
    RocksOptions options = Options(false);
    options.env = env.get();
    const auto read = OpenRocksReadOnly(options);
    EXPECT_EQ(read.status().code(), absl::StatusCode::kUnavailable) << read.status();
    EXPECT_EQ(ReasonOf(read.status()), "STORE_BUSY");
    EXPECT_GT(tries, 10);
}

TEST_F(ReadOnlyRocksTest, SaysAtOnceThatThereIsNoDatabase) {
    RocksOptions options = Options(false);
    options.path = folder_.Path("nothing");
    EXPECT_EQ(OpenRocksReadOnly(options).status().code(), absl::StatusCode::kNotFound);
    EXPECT_FALSE(fs::exists(options.path));
}

TEST_F(ReadOnlyRocksTest, RefusesADamagedWriteAheadLog) {
    for (int i = 0; i < 100; ++i) Put(std::to_string(i) + std::string(100, 'k'));
    for (const auto& entry : fs::directory_iterator(folder_.Path("db"))) {
        if (entry.path().extension() != ".log") continue;
        std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(5'000);
        file.put('\x7F');
    }
    const auto read = OpenRocksReadOnly(Options(false));
    EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss) << read.status();
}

}  // namespace
}  // namespace throughline::testing
