// What every key store keeps, in memory or on disk.
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/vault/memory_key_store.h"
#include "eventstore/vault/rocks_key_store.h"
#include "tests/eventstore/vault/temp_folder.h"

namespace throughline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

struct InMemory {
    std::unique_ptr<KeyStore> Make() { return std::make_unique<MemoryKeyStore>(); }
};

struct OnDisk {
    TempFolder folder;
    std::unique_ptr<KeyStore> Make() {
        auto store = RocksKeyStore::Init(folder / "keys");
        EXPECT_TRUE(store.ok()) << store.status();
        return *std::move(store);
    }
};

template <class Kind>
class KeyStoreContractTest : public ::testing::Test {
  protected:
    std::optional<std::string> Get(std::string_view key) {
        auto row = store_->Get(key);
        EXPECT_TRUE(row.ok()) << row.status();
        return *row;
    }

    Kind kind_;
    std::unique_ptr<KeyStore> store_ = kind_.Make();
};

struct KindNames {
    template <class Kind>
    static std::string GetName(int) {
        return std::is_same_v<Kind, InMemory> ? "InMemory" : "OnDisk";
    }
};
using Kinds = ::testing::Types<InMemory, OnDisk>;
TYPED_TEST_SUITE(KeyStoreContractTest, Kinds, KindNames);

TYPED_TEST(KeyStoreContractTest, FindsNothingInAnEmptyStore) {
    EXPECT_EQ(this->Get("a"), std::nullopt);
    EXPECT_THAT(*this->store_->Scan(""), IsEmpty());
}

TYPED_TEST(KeyStoreContractTest, KeepsRowsWithAnyBytes) {
    const std::string key("k\0\xff", 3);
    const std::string value("\0v", 2);
    ASSERT_TRUE(this->store_->Write({{key, value}, {"empty", ""}}).ok());
    EXPECT_EQ(this->Get(key), value);
    EXPECT_EQ(this->Get("empty"), "");
}

TYPED_TEST(KeyStoreContractTest, AppliesPutsAndDeletesOfOneWriteTogether) {
    ASSERT_TRUE(this->store_->Write({{"old", "1"}, {"kept", "2"}}).ok());
    ASSERT_TRUE(this->store_->Write({{"old", std::nullopt}, {"kept", "3"}, {"new", "4"}}).ok());
    EXPECT_THAT(*this->store_->Scan(""), ElementsAre(Pair("kept", "3"), Pair("new", "4")));
}

TYPED_TEST(KeyStoreContractTest, ScansOnlyThePrefixInOrder) {
    ASSERT_TRUE(this->store_->Write({{"b2", "y"}, {"b1", "x"}, {"a", "0"}, {"c", "0"}, {"b", "w"}}).ok());
    EXPECT_THAT(*this->store_->Scan("b"), ElementsAre(Pair("b", "w"), Pair("b1", "x"), Pair("b2", "y")));
}

TYPED_TEST(KeyStoreContractTest, DeletingWhatIsNotThereChangesNothing) {
    ASSERT_TRUE(this->store_->Write({{"gone", std::nullopt}}).ok());
    EXPECT_EQ(this->Get("gone"), std::nullopt);
}

TYPED_TEST(KeyStoreContractTest, KeepsLivingRowsThroughAPurge) {
    ASSERT_TRUE(this->store_->Write({{"dead", "1"}, {"living", "2"}}).ok());
    ASSERT_TRUE(this->store_->Write({{"dead", std::nullopt}}).ok());
    ASSERT_TRUE(this->store_->Purge().ok());
    ASSERT_TRUE(this->store_->Write({{"later", "3"}}).ok());
    EXPECT_THAT(*this->store_->Scan(""), ElementsAre(Pair("later", "3"), Pair("living", "2")));
}

TYPED_TEST(KeyStoreContractTest, ServesManyThreadsWhileItIsPurged) {
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 4; ++caller) {
        callers.emplace_back([this, caller] {
            for (int row = 0; row < 20; ++row) {
                const std::string key = std::to_string(caller) + "/" + std::to_string(row);
                EXPECT_TRUE(this->store_->Write({{key, key}}).ok());
                EXPECT_EQ(this->Get(key), key);
            }
        });
    }
    for (int purge = 0; purge < 3; ++purge) EXPECT_TRUE(this->store_->Purge().ok());
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(this->store_->Scan("")->size(), 80U);
}

}  // namespace
}  // namespace throughline
