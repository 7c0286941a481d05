// The key store on disk: nothing deleted survives a purge, nothing acknowledged is lost, and it is never made by
// accident.
#include "eventstore/vault/rocks_key_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "tests/eventstore/vault/failing_disk.h"
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

TEST(RocksKeyStoreTest, KeepsWhatItAcknowledgedWhereverTheDiskRefuses) {
    int runs = 0;
    for (std::uint64_t n = 1;; ++n, ++runs) {
        ASSERT_LT(n, 500U) << "the loop never completed without a fault";
        const TempFolder folder;
        auto disk = std::make_shared<FailingDisk>();
        const auto env = rocksdb::NewCompositeEnv(disk);
        bool first = false;
        bool deleted = false;
        {
            auto store = *RocksKeyStore::Init(folder / "keys", env.get());
            disk->FailFrom(n);
            first = store->Write({{"first", "1"}, {"dead", "canary"}}).ok();
            deleted = store->Write({{"dead", std::nullopt}, {"tombstone", "1"}}).ok() && store->Purge().ok();
        }
        const bool faulted = disk->Failed();
        disk->FailFrom(0);
        auto store = RocksKeyStore::Open(folder / "keys");
        ASSERT_TRUE(store.ok()) << "fault at call " << n << ": " << store.status();
        if (first) {
            EXPECT_EQ(**(*store)->Get("first"), "1") << "fault at call " << n;
        }
        EXPECT_EQ((*store)->Get("first")->has_value() || (*store)->Get("tombstone")->has_value(),
                  (*store)->Get("dead")->has_value() || (*store)->Get("tombstone")->has_value())
            << "half a write, fault at call " << n;
        if (deleted) {
            EXPECT_THAT(folder.FilesHolding("canary"), IsEmpty()) << "fault at call " << n;
        }
        if (!faulted) break;
    }
    EXPECT_GT(runs, 5);
}

TEST(RocksKeyStoreTest, SaysWhatToDoWhereItCannotOpenAgain) {
    const TempFolder folder;
    auto disk = std::make_shared<FailingDisk>();
    const auto env = rocksdb::NewCompositeEnv(disk);
    auto store = *RocksKeyStore::Init(folder / "keys", env.get());
    ASSERT_TRUE(store->Write({{"row", "1"}}).ok());
    bool closed = false;
    for (std::uint64_t n = 1; n < 200 && !closed; ++n) {
        disk->FailFrom(n);
        const absl::Status purged = store->Purge();
        disk->FailFrom(0);
        const auto row = store->Get("row");
        closed = ReasonOf(row.status()) == "KEY_STORE_CLOSED";
        if (closed) {
            EXPECT_THAT(std::string(row.status().message()), HasSubstr("restart"));
        }
        // A database that met a fault takes no more writes: start over with a new one.
        if (!closed && !purged.ok()) {
            store.reset();
            store = *RocksKeyStore::Open(folder / "keys", env.get());
        }
    }
    EXPECT_TRUE(closed);
    store.reset();
    EXPECT_EQ(**(*RocksKeyStore::Open(folder / "keys"))->Get("row"), "1");
}

}  // namespace
}  // namespace throughline
