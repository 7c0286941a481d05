// The key store on disk: nothing deleted survives a purge, nothing acknowledged is lost, and it is never made by
// accident.
#include "eventstore/vault/rocks_key_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/fault_file_system.h"
#include "tests/eventstore/vault/impatient_env.h"
#include "tests/eventstore/vault/temp_folder.h"

namespace throughline {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(RocksKeyStoreTest, OpensWhatWasWrittenBefore) {
    const TempFolder folder;
    ASSERT_TRUE((*RocksKeyStore::Init(folder / "keys"))->Write({{"row", "value"}}).ok());
    const auto again = RocksKeyStore::Open(folder / "keys");
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(**(*again)->Get("row"), "value");
}

TEST(RocksKeyStoreTest, OpenNeverMakesOne) {
    const TempFolder folder;
    const auto store = RocksKeyStore::Open(folder / "keys");
    EXPECT_EQ(store.status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ReasonOf(store.status()), "KEY_STORE_MISSING");
    EXPECT_FALSE(std::filesystem::exists(folder / "keys"));
}

TEST(RocksKeyStoreTest, InitRefusesWhereThereIsOne) {
    const TempFolder folder;
    ASSERT_TRUE(RocksKeyStore::Init(folder / "keys").ok());
    EXPECT_EQ(RocksKeyStore::Init(folder / "keys").status().code(), absl::StatusCode::kAlreadyExists);
}

TEST(RocksKeyStoreTest, TwoProcessesCannotHaveItOpen) {
    const TempFolder folder;
    const auto first = RocksKeyStore::Init(folder / "keys");
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(ReasonOf(RocksKeyStore::Open(folder / "keys").status()), "STORE_LOCKED");
}

TEST(RocksKeyStoreTest, LeavesNoDeletedByteInAnyFileAfterAPurge) {
    const TempFolder folder;
    auto store = *RocksKeyStore::Init(folder / "keys");
    // First and last of all rows: the manifest writes down the bounds of every file.
    ASSERT_TRUE(store->Write({{"A-canary-first", "canary-value-1"}, {"z-canary-last", "canary-value-2"}}).ok());
    ASSERT_TRUE(store->Write({{"K-stays", "living-value"}}).ok());
    ASSERT_TRUE(store->Purge().ok());
    ASSERT_THAT(folder.FilesHolding("canary"), Not(IsEmpty()));
    ASSERT_TRUE(store->Write({{"A-canary-first", std::nullopt}, {"z-canary-last", std::nullopt}}).ok());
    ASSERT_TRUE(store->Purge().ok());
    EXPECT_THAT(folder.FilesHolding("canary"), IsEmpty());
    EXPECT_THAT(folder.FilesHolding("living-value"), Not(IsEmpty()));
    store.reset();
    EXPECT_THAT(folder.FilesHolding("canary"), IsEmpty());
}

TEST(RocksKeyStoreTest, PurgesWhatWasDeletedBeforeARestart) {
    const TempFolder folder;
    {
        auto store = *RocksKeyStore::Init(folder / "keys");
        ASSERT_TRUE(store->Write({{"A-canary", "canary"}}).ok());
        ASSERT_TRUE(store->Write({{"A-canary", std::nullopt}}).ok());
    }
    auto store = *RocksKeyStore::Open(folder / "keys");
    ASSERT_TRUE(store->Purge().ok());
    EXPECT_THAT(folder.FilesHolding("canary"), IsEmpty());
}

class ShortKeyStoreTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto store = *RocksKeyStore::Init(path_);
        ASSERT_TRUE(store->Write({{"K-1", "key"}}).ok());
        ASSERT_TRUE(store->Write({{"K-2", "key"}}).ok());
    }
    void ExpectRefused(std::string_view reason) {
        const auto store = RocksKeyStore::Open(path_);
        EXPECT_EQ(store.status().code(), absl::StatusCode::kDataLoss) << store.status();
        EXPECT_EQ(ReasonOf(store.status()), reason);
        EXPECT_THAT(std::string(store.status().message()), HasSubstr("restore"));
    }
    std::vector<std::filesystem::path> Logs() {
        std::vector<std::filesystem::path> logs;
        for (const auto& entry : std::filesystem::directory_iterator(path_)) {
            if (entry.path().extension() == ".log" && entry.file_size() != 0) logs.push_back(entry.path());
        }
        return logs;
    }

    TempFolder folder_;
    std::string path_ = folder_ / "keys";
};

TEST_F(ShortKeyStoreTest, IsRefusedWithoutItsWriteAheadLog) {
    const auto logs = Logs();
    ASSERT_THAT(logs, Not(IsEmpty()));
    for (const auto& log : logs) std::filesystem::remove(log);
    ExpectRefused("KEY_STORE_SHORT");
}

TEST_F(ShortKeyStoreTest, IsRefusedWhereverItsWriteAheadLogIsCut) {
    const auto logs = Logs();
    ASSERT_EQ(logs.size(), 1U);
    std::filesystem::copy(path_, folder_ / "whole", std::filesystem::copy_options::recursive);
    const auto size = std::filesystem::file_size(logs[0]);
    for (std::uintmax_t cut = 0; cut < size; cut += 5) {
        std::filesystem::remove_all(path_);
        std::filesystem::copy(folder_ / "whole", path_, std::filesystem::copy_options::recursive);
        std::filesystem::resize_file(logs[0], cut);
        ExpectRefused("KEY_STORE_SHORT");
    }
}

TEST_F(ShortKeyStoreTest, IsRefusedWithoutItsWitness) {
    std::filesystem::remove(path_ + "/WITNESS");
    ExpectRefused("KEY_STORE_WITNESS");
}

TEST_F(ShortKeyStoreTest, OpensWithOneTornSlotAndNotWithTwo) {
    for (const std::streamoff slot : {0, 4096}) {
        std::fstream witness(path_ + "/WITNESS", std::ios::in | std::ios::out | std::ios::binary);
        witness.seekp(slot + 12);
        witness << "torn";
        witness.close();
        if (slot == 0) {
            const auto store = RocksKeyStore::Open(path_);
            ASSERT_TRUE(store.ok()) << store.status();
            EXPECT_TRUE((*store)->Get("K-2")->has_value());
        }
    }
    ExpectRefused("KEY_STORE_WITNESS");
}

class FaultyDiskTest : public ::testing::TestWithParam<Fault> {};

INSTANTIATE_TEST_SUITE_P(AtEveryCall, FaultyDiskTest, ::testing::Values(Fault::kIoError, Fault::kNoSpace, Fault::kKill),
                         [](const auto& about) {
                             return about.param == Fault::kIoError   ? "IoError"
                                    : about.param == Fault::kNoSpace ? "FullDisk"
                                                                     : "PowerCut";
                         });

TEST_P(FaultyDiskTest, LosesNothingAcknowledgedAndLeavesNothingErased) {
    int faults = 0;
    for (std::uint64_t n = 1;; ++n) {
        ASSERT_LT(n, 500U) << "the loop never completed without a fault";
        SCOPED_TRACE(n);
        const TempFolder folder;
        const auto disk = std::make_shared<FaultFileSystem>(rocksdb::FileSystem::Default());
        ImpatientEnv env(disk);
        bool written = false;
        bool erased = false;
        bool purged = false;
        {
            auto store = *RocksKeyStore::Init(folder / "keys", &env);
            disk->FailAt(n, GetParam());
            written = store->Write({{"K-1", "key"}, {"L-1", "canary"}}).ok();
            erased = written && store->Write({{"L-1", std::nullopt}, {"T-1", "tombstone"}}).ok();
            purged = erased && store->Purge().ok();
        }
        const bool fired = disk->fired();
        disk->Heal();
        ASSERT_TRUE(disk->DropUnsynced().ok());
        const auto store = RocksKeyStore::Open(folder / "keys", &env);
        ASSERT_TRUE(store.ok()) << store.status();
        const bool key = (*store)->Get("K-1")->has_value();
        const bool link = (*store)->Get("L-1")->has_value();
        const bool tombstone = (*store)->Get("T-1")->has_value();
        EXPECT_TRUE(key || !written);
        EXPECT_TRUE(tombstone || !erased);
        EXPECT_EQ(link, key && !tombstone) << "half a write";
        if (purged) {
            EXPECT_THAT(folder.FilesHolding("canary"), IsEmpty());
        }
        ASSERT_TRUE((*store)->Write({{"L-1", std::nullopt}}).ok());
        ASSERT_TRUE((*store)->Purge().ok());
        EXPECT_THAT(folder.FilesHolding("canary"), IsEmpty());
        if (!fired) break;
        ++faults;
    }
    EXPECT_GT(faults, 10);
}

TEST(RocksKeyStoreTest, SaysOnceThatOnlyARestartHelps) {
    const TempFolder folder;
    const auto disk = std::make_shared<FaultFileSystem>(rocksdb::FileSystem::Default());
    ImpatientEnv env(disk);
    ASSERT_TRUE(RocksKeyStore::Init(folder / "keys", &env).ok());
    std::vector<absl::Status> told;
    const auto store =
        *RocksKeyStore::Open(folder / "keys", &env, [&](const absl::Status& why) { told.push_back(why); });
    disk->FailAt(1, Fault::kIoError);
    EXPECT_EQ(ReasonOf(store->Write({{"row", "1"}})), "IO_ERROR");
    EXPECT_FALSE(store->Write({{"row", "1"}}).ok());
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(absl::IsUnavailable(told[0]));
}

TEST(RocksKeyStoreTest, StaysClosedWhereItCannotOpenAgain) {
    bool closed = false;
    for (std::uint64_t n = 1; n < 200 && !closed; ++n) {
        const TempFolder folder;
        const auto disk = std::make_shared<FaultFileSystem>(rocksdb::FileSystem::Default());
        ImpatientEnv env(disk);
        auto store = *RocksKeyStore::Init(folder / "keys", &env);
        ASSERT_TRUE(store->Write({{"row", "1"}}).ok());
        disk->FailAt(n, Fault::kIoError);
        const absl::Status purged = store->Purge();
        disk->Heal();
        closed = ReasonOf(purged) == "KEY_STORE_CLOSED";
        if (!closed) continue;
        EXPECT_EQ(ReasonOf(store->Get("row").status()), "KEY_STORE_CLOSED");
        EXPECT_EQ(ReasonOf(store->Write({{"row", "2"}})), "KEY_STORE_CLOSED");
        EXPECT_THAT(std::string(purged.message()), HasSubstr("restart"));
        store.reset();
        EXPECT_EQ(**(*RocksKeyStore::Open(folder / "keys", &env))->Get("row"), "1");
    }
    EXPECT_TRUE(closed);
}

}  // namespace
}  // namespace throughline
