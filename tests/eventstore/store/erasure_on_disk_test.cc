// The promise that an erasure makes to a family, on real files: key file, key store and an old copy of the log open
// nothing.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/log/rocks_log.h"
#include "eventstore/store/erasure.h"
#include "eventstore/store/local_event_log.h"
#include "eventstore/vault/key_file.h"
#include "eventstore/vault/rocks_key_store.h"
#include "tests/eventstore/store/store_under_test.h"
#include "tests/eventstore/vault/temp_folder.h"

namespace throughline {
namespace {

using eventstore::v1::SUBJECT_KIND_PUPIL;
using ::testing::IsEmpty;
using ::testing::Not;

/// A store on disk, opened as a start would.
struct OpenStore {
    OpenStore(const std::string& log_folder, const std::string& keys_folder, const std::string& key_file,
              const Clock& clock)
        : vault(*Vault::Open(*RocksKeyStore::Open(keys_folder), *ReadKeyFile(key_file))),
          records(*RocksLog::Open(
              {.path = log_folder, .clock = &clock, .fatal = [](const absl::Status& why) { ADD_FAILURE() << why; }})),
          log(*records, *vault) {}

    std::unique_ptr<Vault> vault;
    std::unique_ptr<RocksLog> records;
    LocalEventLog log;
};

class ErasureOnDiskTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(CreateKeyFile(folder_ / "key").ok());
        auto keys = RocksKeyStore::Init(folder_ / "keys");
        ASSERT_TRUE(keys.ok()) << keys.status();
        ASSERT_TRUE(Vault::Initialise(**keys, *ReadKeyFile(folder_ / "key")).ok());
        RocksLogInit init;
        init.path = folder_ / "log";
        init.clock = &clock_;
        const absl::Status made = RocksLog::Init(init);
        ASSERT_TRUE(made.ok()) << made;
    }

    std::unique_ptr<OpenStore> Open(std::string_view log = "log") {
        return std::make_unique<OpenStore>(folder_ / log, folder_ / "keys", folder_ / "key", clock_);
    }

    SystemClock clock_;
    TempFolder folder_;
};

TEST_F(ErasureOnDiskTest, AnOldCopyOfTheLogOpensNothing) {
    SubjectId pupil;
    SubjectId other;
    {
        auto store = Open();
        pupil = store->vault->GetOrCreate(SUBJECT_KIND_PUPIL, "A")->id;
        other = store->vault->GetOrCreate(SUBJECT_KIND_PUPIL, "B")->id;
        const std::vector<NewEvent> events{EventAbout(pupil, "canary one"), EventAbout(other, "kept"),
                                           EventAbout(pupil, "canary two")};
        const auto appended = store->log.Append(NewCommand(), std::nullopt, events);
        ASSERT_TRUE(appended.ok()) << appended.status();
    }
    std::filesystem::copy(folder_ / "log", folder_ / "old", std::filesystem::copy_options::recursive);
    std::vector<std::string> sealed;
    {
        auto store = Open();
        const auto batch = store->records->Read({});
        ASSERT_TRUE(batch.ok());
        sealed = {batch->records[0].sealed_body, batch->records[2].sealed_body};
        Erasure erasure(store->log, *store->records, *store->vault, clock_);
        const auto reach = erasure.Erase(pupil, "retention period ended", "person-1");
        ASSERT_TRUE(reach.ok()) << reach.status();
        EXPECT_EQ(reach->records, 2U);
    }
    for (const std::string& body : sealed) {
        for (const std::string& file : folder_.FilesHolding(body)) {
            EXPECT_EQ(file.find(folder_ / "log"), std::string::npos) << file;
        }
        EXPECT_THAT(folder_.FilesHolding(body), Not(IsEmpty())) << "the old copy holds it";
    }
    EXPECT_THAT(folder_.FilesHolding("canary"), IsEmpty());
    for (const std::string_view log : {"log", "old"}) {
        auto store = Open(log);
        const auto all = store->log.ReadAll({});
        ASSERT_TRUE(all.ok()) << all.status();
        EXPECT_EQ(all->records[0].body, std::nullopt);
        EXPECT_EQ(all->records[1].body, "kept");
        EXPECT_EQ(all->records[2].body, std::nullopt);
        EXPECT_EQ(all->records.size(), log == "log" ? 4U : 3U);
    }
}

TEST_F(ErasureOnDiskTest, ARestartFinishesWhatWasBegun) {
    SubjectId pupil;
    {
        auto store = Open();
        pupil = store->vault->GetOrCreate(SUBJECT_KIND_PUPIL, "A")->id;
        const std::vector<NewEvent> events{EventAbout(pupil, "canary")};
        ASSERT_TRUE(store->log.Append(NewCommand(), std::nullopt, events).ok());
        ASSERT_TRUE(store->vault->BeginErasure({pupil, SUBJECT_KIND_PUPIL, "retention period ended", "person-1"}).ok());
    }
    for (int start = 0; start < 2; ++start) {
        auto store = Open();
        Erasure erasure(store->log, *store->records, *store->vault, clock_);
        ASSERT_TRUE(erasure.ResumePending().ok());
        EXPECT_TRUE(*store->vault->Erased(pupil));
        EXPECT_THAT(*store->vault->PendingErasures(), IsEmpty());
        EXPECT_EQ(store->log.End(), Position{2});
    }
}

}  // namespace
}  // namespace throughline
