// Erasing a subject destroys its key and every way to it, on disk too, and what it sealed stays shut for good.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/vault/key_file.h"
#include "eventstore/vault/rocks_key_store.h"
#include "tests/eventstore/vault/sealed_record.h"
#include "tests/eventstore/vault/temp_folder.h"
#include "tests/eventstore/vault/vault_under_test.h"

namespace throughline {
namespace {

using eventstore::v1::RecordHeader;
using eventstore::v1::SUBJECT_KIND_PUPIL;
using ::testing::IsEmpty;
using ::testing::Not;

class ErasureOfKeysTest : public ::testing::Test {
  protected:
    MemoryKeyStore store_;
    std::unique_ptr<Vault> vault_ = NewVault(store_);
    SubjectId pupil_ = vault_->GetOrCreate(SUBJECT_KIND_PUPIL, "A")->id;
};

TEST_F(ErasureOfKeysTest, ErasedBodiesOpenAsNothing) {
    RecordHeader header = UnsealedHeader();
    const std::string sealed = *SealInto(*vault_, pupil_, "body", header);
    EXPECT_FALSE(*vault_->Erased(pupil_));
    ASSERT_TRUE(vault_->Erase(pupil_).ok());
    EXPECT_TRUE(*vault_->Erased(pupil_));
    EXPECT_EQ(*OpenWith(*vault_, header, sealed), std::nullopt);
    EXPECT_EQ(*OpenWith(*vault_, header, ""), std::nullopt);
    EXPECT_EQ(OpenWith(*vault_, header, "damaged").status().code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(*vault_->RequestDigest(pupil_, "request"), std::nullopt);
    EXPECT_EQ(*vault_->KindOf(pupil_), SUBJECT_KIND_PUPIL);
}

TEST_F(ErasureOfKeysTest, NothingMoreIsSealedOrLinked) {
    RecordHeader header = UnsealedHeader();
    ASSERT_TRUE(SealInto(*vault_, pupil_, "body", header).ok());
    ASSERT_TRUE(vault_->Erase(pupil_).ok());
    EXPECT_EQ(ReasonOf(SealInto(*vault_, pupil_, "body", header).status()), "SUBJECT_ERASED");
    EXPECT_EQ(ReasonOf(vault_->Link(SUBJECT_KIND_PUPIL, "B", pupil_)), "SUBJECT_ERASED");
}

TEST_F(ErasureOfKeysTest, AllLinksGoAndTheNaturalKeyStandsForNobody) {
    ASSERT_TRUE(vault_->Link(SUBJECT_KIND_PUPIL, "B", pupil_).ok());
    const SubjectId other = vault_->GetOrCreate(SUBJECT_KIND_PUPIL, "C")->id;
    ASSERT_TRUE(vault_->Erase(pupil_).ok());
    EXPECT_EQ(*vault_->Find(SUBJECT_KIND_PUPIL, "A"), std::nullopt);
    EXPECT_EQ(*vault_->Find(SUBJECT_KIND_PUPIL, "B"), std::nullopt);
    EXPECT_EQ(**vault_->Find(SUBJECT_KIND_PUPIL, "C"), other);
    const auto anew = vault_->GetOrCreate(SUBJECT_KIND_PUPIL, "A");
    EXPECT_TRUE(anew->created);
    EXPECT_NE(anew->id, pupil_);
}

TEST_F(ErasureOfKeysTest, RepeatingItChangesNothing) {
    ASSERT_TRUE(vault_->Erase(pupil_).ok());
    const auto rows = *store_.Scan("");
    ASSERT_TRUE(vault_->Erase(pupil_).ok());
    EXPECT_EQ(*store_.Scan(""), rows);
}

TEST_F(ErasureOfKeysTest, RefusesTheUnknownAndTheStoreItself) {
    EXPECT_EQ(ReasonOf(vault_->Erase(SubjectId{RandomUuid()})), "UNKNOWN_SUBJECT");
    EXPECT_EQ(ReasonOf(vault_->Erase(vault_->StoreSubject())), "STORE_SUBJECT");
}

TEST_F(ErasureOfKeysTest, RemembersWhatHasBegunUntilItIsFinished) {
    EXPECT_THAT(*vault_->PendingErasures(), IsEmpty());
    ASSERT_TRUE(vault_->BeginErasure({pupil_, SUBJECT_KIND_PUPIL, "retention period ended", "person-1"}).ok());
    vault_ = OpenVault(store_);
    const auto pending = *vault_->PendingErasures();
    ASSERT_EQ(pending.size(), 1U);
    EXPECT_EQ(pending[0].subject, pupil_);
    EXPECT_EQ(pending[0].kind, SUBJECT_KIND_PUPIL);
    EXPECT_EQ(pending[0].ground, "retention period ended");
    EXPECT_EQ(pending[0].erased_by, "person-1");
    ASSERT_TRUE(vault_->FinishErasure(pupil_).ok());
    EXPECT_THAT(*vault_->PendingErasures(), IsEmpty());
}

TEST_F(ErasureOfKeysTest, NobodySealsAfterItWhileManyTry) {
    std::atomic<bool> erased{false};
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 4; ++caller) {
        callers.emplace_back([&] {
            RecordHeader header = UnsealedHeader();
            bool gone = false;
            while (!gone) {
                const bool was_erased = erased;
                gone = !SealInto(*vault_, pupil_, "body", header).ok();
                EXPECT_TRUE(gone || !was_erased);
            }
        });
    }
    EXPECT_TRUE(vault_->Erase(pupil_).ok());
    erased = true;
    for (std::thread& caller : callers) caller.join();
}

TEST(ErasureOnDiskTest, KeyFileKeyStoreAndAnOldLogOpenNothing) {
    const TempFolder folder;
    ASSERT_TRUE(CreateKeyFile(folder / "key").ok());
    const KeyEncryptionKey kek = *ReadKeyFile(folder / "key");
    RecordHeader header = UnsealedHeader();
    RecordHeader others_header = UnsealedHeader();
    std::string sealed;
    std::string others_sealed;
    std::vector<std::string> traces;
    SubjectId pupil;
    {
        auto store = *RocksKeyStore::Init(folder / "keys");
        ASSERT_TRUE(Vault::Initialise(*store, kek).ok());
        auto vault = *Vault::Open(std::move(store), kek);
        const SubjectId other = vault->GetOrCreate(SUBJECT_KIND_PUPIL, "other")->id;
        others_sealed = *SealInto(*vault, other, "others", others_header);
        // What the pupil adds to the rows is what must go.
        pupil = vault->GetOrCreate(SUBJECT_KIND_PUPIL, "A")->id;
        ASSERT_TRUE(vault->Link(SUBJECT_KIND_PUPIL, "B", pupil).ok());
        sealed = *SealInto(*vault, pupil, "what was said", header);
    }
    {
        const auto store = *RocksKeyStore::Open(folder / "keys");
        const std::string wrapped_key = **store->Get("K" + std::string(pupil.AsBytes()));
        traces.push_back(wrapped_key.substr(2));
        const auto links = *store->Scan("R" + std::string(pupil.AsBytes()));
        // Their ends: tables leave out what a key has in common with the one before.
        for (const auto& [key, value] : links) traces.push_back(key.substr(25));
        ASSERT_EQ(traces.size(), 3U);
        for (const std::string& trace : traces) ASSERT_THAT(folder.FilesHolding(trace), Not(IsEmpty()));
    }
    {
        auto vault = *Vault::Open(*RocksKeyStore::Open(folder / "keys"), kek);
        ASSERT_TRUE(vault->Erase(pupil).ok());
        for (const std::string& trace : traces) EXPECT_THAT(folder.FilesHolding(trace), IsEmpty());
    }
    const auto vault = *Vault::Open(*RocksKeyStore::Open(folder / "keys"), *ReadKeyFile(folder / "key"));
    EXPECT_EQ(*OpenWith(*vault, header, sealed), std::nullopt);
    EXPECT_EQ(**OpenWith(*vault, others_header, others_sealed), "others");
    for (const std::string& trace : traces) EXPECT_THAT(folder.FilesHolding(trace), IsEmpty());
}

}  // namespace
}  // namespace throughline
