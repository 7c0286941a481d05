// A key that was acknowledged is there after reopening, and opens what it sealed, wherever the disk failed.
#include <map>

#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/fault_file_system.h"
#include "eventstore/vault/rocks_key_store.h"
#include "tests/eventstore/vault/impatient_env.h"
#include "tests/eventstore/vault/sealed_record.h"
#include "tests/eventstore/vault/temp_folder.h"
#include "tests/eventstore/vault/vault_under_test.h"

namespace throughline {
namespace {

using eventstore::v1::RecordHeader;
using eventstore::v1::SUBJECT_KIND_PUPIL;

/// What a caller was told: a subject that exists, and a record sealed for it.
struct Told {
    SubjectId subject;
    RecordHeader header = UnsealedHeader();
    std::string sealed;
    bool erasing = false;
    bool erased = false;
};

/// One life of a vault on a disk that fails somewhere, and what it acknowledged.
class Life {
  public:
    void Run(std::unique_ptr<RocksKeyStore> store) {
        if (!Vault::Initialise(*store, TestKek()).ok()) return;
        initialised = true;
        auto vault = Vault::Open(std::move(store), TestKek());
        if (!vault.ok()) return;
        for (const char* name : {"A", "B"}) GetOrCreate(**vault, name);
        if (const auto b = told.find("B"); b != told.end()) {
            b->second.erasing = true;
            b->second.erased = (*vault)->Erase(b->second.subject).ok();
        }
        if (const auto a = told.find("A"); a != told.end()) {
            linked = (*vault)->Link(SUBJECT_KIND_PUPIL, "A too", a->second.subject).ok();
        }
        GetOrCreate(**vault, "C");
    }

    bool initialised = false;
    bool linked = false;
    std::map<std::string, Told> told;

  private:
    void GetOrCreate(Vault& vault, const std::string& name) {
        const auto subject = vault.GetOrCreate(SUBJECT_KIND_PUPIL, name);
        if (!subject.ok()) return;
        Told about;
        about.subject = subject->id;
        auto sealed = SealInto(vault, about.subject, name, about.header);
        // A key that is in the cache or not: reading it can fail as well.
        if (!sealed.ok()) return;
        about.sealed = *std::move(sealed);
        told.emplace(name, about);
    }
};

void ExpectKept(Vault& vault, const Life& life) {
    for (const auto& [name, about] : life.told) {
        SCOPED_TRACE(name);
        const auto body = OpenWith(vault, about.header, about.sealed);
        ASSERT_TRUE(body.ok()) << body.status();
        const auto found = vault.Find(SUBJECT_KIND_PUPIL, name);
        ASSERT_TRUE(found.ok()) << found.status();
        // Half an erasure is none: key and links go together.
        EXPECT_EQ(found->has_value(), body->has_value());
        EXPECT_EQ(*vault.Erased(about.subject), !body->has_value());
        if (body->has_value()) {
            EXPECT_EQ(**body, name);
            EXPECT_EQ(**found, about.subject);
            EXPECT_FALSE(about.erased);
        } else {
            EXPECT_TRUE(about.erasing);
        }
    }
    if (life.linked) {
        EXPECT_EQ(**vault.Find(SUBJECT_KIND_PUPIL, "A too"), life.told.at("A").subject);
    }
    // Who got no answer asks again, and gets a subject that works.
    for (const char* name : {"A", "C"}) {
        const auto subject = vault.GetOrCreate(SUBJECT_KIND_PUPIL, name);
        ASSERT_TRUE(subject.ok()) << subject.status();
        EXPECT_TRUE(!life.told.contains(name) || !subject->created);
        RecordHeader header = UnsealedHeader();
        EXPECT_TRUE(SealInto(vault, subject->id, "again", header).ok());
    }
}

class VaultFaultsTest : public ::testing::TestWithParam<Fault> {};

INSTANTIATE_TEST_SUITE_P(AtEveryCall, VaultFaultsTest,
                         ::testing::Values(Fault::kIoError, Fault::kNoSpace, Fault::kKill), [](const auto& about) {
                             return about.param == Fault::kIoError   ? "IoError"
                                    : about.param == Fault::kNoSpace ? "FullDisk"
                                                                     : "PowerCut";
                         });

TEST_P(VaultFaultsTest, KeepsEveryAcknowledgedKey) {
    int faults = 0;
    for (std::uint64_t n = 1;; ++n) {
        ASSERT_LT(n, 500U) << "the loop never completed without a fault";
        SCOPED_TRACE(n);
        const TempFolder folder;
        const auto disk = std::make_shared<FaultFileSystem>(rocksdb::FileSystem::Default());
        ImpatientEnv env(disk);
        Life life;
        auto store = RocksKeyStore::Init(folder / "keys", &env);
        ASSERT_TRUE(store.ok()) << store.status();
        disk->FailAt(n, GetParam());
        life.Run(*std::move(store));
        const bool fired = disk->fired();
        disk->Heal();
        ASSERT_TRUE(disk->DropUnsynced().ok());

        auto again = RocksKeyStore::Open(folder / "keys", &env);
        ASSERT_TRUE(again.ok()) << again.status();
        auto vault = Vault::Open(*std::move(again), TestKek());
        if (!vault.ok()) {
            EXPECT_EQ(ReasonOf(vault.status()), "KEY_STORE_EMPTY");
            EXPECT_FALSE(life.initialised);
        } else {
            ExpectKept(**vault, life);
        }
        if (HasFatalFailure() || !fired) break;
        ++faults;
    }
    EXPECT_GT(faults, 10);
}

}  // namespace
}  // namespace throughline
