// Subjects and their links: found or made once, whoever asks and however often.
#include "eventstore/vault/vault.h"

#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include "eventstore/base/status_details.h"
#include "tests/eventstore/vault/vault_under_test.h"

namespace throughline {
namespace {

using eventstore::v1::SUBJECT_KIND_PUPIL;
using eventstore::v1::SUBJECT_KIND_SAFEGUARDING_FILE;
using eventstore::v1::SUBJECT_KIND_SCHOOL;
using eventstore::v1::SUBJECT_KIND_STORE;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kUpn = "B801200005001";

class VaultTest : public ::testing::Test {
  protected:
    SubjectId Pupil(std::string_view upn = kUpn) {
        const auto subject = vault_->GetOrCreate(SUBJECT_KIND_PUPIL, upn);
        EXPECT_TRUE(subject.ok()) << subject.status();
        return subject->id;
    }

    MemoryKeyStore store_;
    std::unique_ptr<Vault> vault_ = NewVault(store_);
};

TEST_F(VaultTest, MakesItsSecretsOnlyOnce) {
    const absl::Status again = Vault::Initialise(store_, TestKek());
    EXPECT_EQ(again.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(again), "KEY_STORE_INITIALISED");
}

TEST_F(VaultTest, RefusesAnotherKeyFile) {
    KeyEncryptionKey other = TestKek();
    other[31] ^= 1;
    const auto vault = Vault::Open(std::make_unique<BorrowedKeyStore>(store_), other);
    EXPECT_EQ(vault.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(vault.status()), "WRONG_KEY_FILE");
}

TEST_F(VaultTest, RefusesAnEmptyKeyStore) {
    EXPECT_EQ(ReasonOf(Vault::Open(std::make_unique<MemoryKeyStore>(), TestKek()).status()), "KEY_STORE_EMPTY");
}

TEST_F(VaultTest, RefusesANewerFormat) {
    std::string row = **store_.Get("V");
    row[0] = 2;
    ASSERT_TRUE(store_.Write({{"V", row}}).ok());
    const auto vault = Vault::Open(std::make_unique<BorrowedKeyStore>(store_), TestKek());
    EXPECT_EQ(vault.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(vault.status()), "KEY_STORE_FORMAT");
}

TEST_F(VaultTest, SaysThatItsSecretsAreDamaged) {
    std::string row = **store_.Get("Slink");
    row.back() = static_cast<char>(row.back() ^ 1);
    ASSERT_TRUE(store_.Write({{"Slink", row}}).ok());
    EXPECT_EQ(Vault::Open(std::make_unique<BorrowedKeyStore>(store_), TestKek()).status().code(),
              absl::StatusCode::kDataLoss);
}

TEST_F(VaultTest, FindsTheSameSubjectAgain) {
    const auto made = vault_->GetOrCreate(SUBJECT_KIND_PUPIL, kUpn);
    const auto found = vault_->GetOrCreate(SUBJECT_KIND_PUPIL, kUpn);
    ASSERT_TRUE(made.ok() && found.ok());
    EXPECT_TRUE(made->created);
    EXPECT_FALSE(found->created);
    EXPECT_EQ(made->id, found->id);
    EXPECT_EQ(OpenVault(store_)->GetOrCreate(SUBJECT_KIND_PUPIL, kUpn)->id, made->id);
}

TEST_F(VaultTest, KeepsKindsApart) {
    const SubjectId pupil = Pupil();
    const auto file = vault_->GetOrCreate(SUBJECT_KIND_SAFEGUARDING_FILE, kUpn);
    ASSERT_TRUE(file.ok());
    EXPECT_NE(file->id, pupil);
    EXPECT_EQ(*vault_->KindOf(pupil), SUBJECT_KIND_PUPIL);
    EXPECT_EQ(*vault_->KindOf(file->id), SUBJECT_KIND_SAFEGUARDING_FILE);
    EXPECT_EQ(*vault_->KindOf(vault_->StoreSubject()), SUBJECT_KIND_STORE);
}

TEST_F(VaultTest, FindMakesNothing) {
    EXPECT_EQ(*vault_->Find(SUBJECT_KIND_SCHOOL, "123456"), std::nullopt);
    const SubjectId pupil = Pupil();
    EXPECT_EQ(**vault_->Find(SUBJECT_KIND_PUPIL, kUpn), pupil);
}

TEST_F(VaultTest, GivesOneSubjectToAllWhoAskAtOnce) {
    std::vector<SubjectId> given(8);
    std::atomic<int> created{0};
    std::vector<std::thread> callers;
    for (SubjectId& mine : given) {
        callers.emplace_back([&] {
            const auto subject = vault_->GetOrCreate(SUBJECT_KIND_PUPIL, kUpn);
            ASSERT_TRUE(subject.ok());
            mine = subject->id;
            if (subject->created) ++created;
        });
    }
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(std::set<SubjectId>(given.begin(), given.end()).size(), 1U);
    EXPECT_EQ(created, 1);
}

TEST_F(VaultTest, NamesEveryBadField) {
    const auto bad = vault_->GetOrCreate(SUBJECT_KIND_STORE, "");
    EXPECT_EQ(bad.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(FieldViolationsOf(bad.status()).size(), 2U);
    EXPECT_FALSE(vault_->Find(SUBJECT_KIND_PUPIL, std::string(201, 'x')).ok());
    EXPECT_TRUE(vault_->Find(SUBJECT_KIND_PUPIL, std::string(200, 'x')).ok());
}

TEST_F(VaultTest, LinksASecondNaturalKey) {
    const SubjectId pupil = Pupil();
    ASSERT_TRUE(vault_->Link(SUBJECT_KIND_PUPIL, "temporary", pupil).ok());
    ASSERT_TRUE(vault_->Link(SUBJECT_KIND_PUPIL, "temporary", pupil).ok());
    EXPECT_EQ(Pupil("temporary"), pupil);
    ASSERT_TRUE(vault_->Unlink(SUBJECT_KIND_PUPIL, "temporary").ok());
    ASSERT_TRUE(vault_->Unlink(SUBJECT_KIND_PUPIL, "temporary").ok());
    EXPECT_EQ(*vault_->Find(SUBJECT_KIND_PUPIL, "temporary"), std::nullopt);
    EXPECT_EQ(Pupil(), pupil);
}

TEST_F(VaultTest, RefusesALinkThatIsAnothers) {
    const SubjectId pupil = Pupil();
    const SubjectId other = Pupil("other");
    const absl::Status linked = vault_->Link(SUBJECT_KIND_PUPIL, "other", pupil);
    EXPECT_EQ(linked.code(), absl::StatusCode::kAlreadyExists);
    EXPECT_EQ(ReasonOf(linked), "LINKED_ELSEWHERE");
    EXPECT_EQ(Pupil("other"), other);
}

TEST_F(VaultTest, RefusesALinkToAnUnknownSubjectOrOfAnotherKind) {
    EXPECT_EQ(ReasonOf(vault_->Link(SUBJECT_KIND_PUPIL, kUpn, SubjectId{RandomUuid()})), "UNKNOWN_SUBJECT");
    EXPECT_EQ(vault_->Link(SUBJECT_KIND_SCHOOL, "123456", Pupil()).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(VaultTest, KeepsNoNaturalKeyInItsRows) {
    Pupil();
    const auto rows = *store_.Scan("");
    for (const auto& [key, value] : rows) {
        EXPECT_THAT(key, Not(HasSubstr(std::string(kUpn))));
        EXPECT_THAT(value, Not(HasSubstr(std::string(kUpn))));
    }
}

TEST_F(VaultTest, TellsCommandsAndCallersApart) {
    const CommandId command{RandomUuid()};
    const std::string hash = vault_->CommandHash("dsl", command);
    EXPECT_EQ(hash.size(), 16U);
    EXPECT_EQ(OpenVault(store_)->CommandHash("dsl", command), hash);
    EXPECT_NE(vault_->CommandHash("senco", command), hash);
    EXPECT_NE(vault_->CommandHash("dsl", CommandId{RandomUuid()}), hash);
}

TEST_F(VaultTest, PutsTheTimeOfACommandInFrontOfItsHash) {
    const CommandId early{TimeOrderedUuid(1'700'000'000'000)};
    const CommandId late{TimeOrderedUuid(1'700'000'000'001)};
    const std::string hash = vault_->CommandHash("dsl", early);
    EXPECT_EQ(hash.size(), 16U);
    EXPECT_EQ(hash.substr(0, 6), early.AsBytes().substr(0, 6));
    EXPECT_EQ(OpenVault(store_)->CommandHash("dsl", early), hash);
    EXPECT_LT(hash, vault_->CommandHash("dsl", late));
    EXPECT_EQ(vault_->CommandHash("senco", early).substr(0, 6), hash.substr(0, 6));
    EXPECT_NE(vault_->CommandHash("senco", early).substr(6), hash.substr(6));
    const CommandId same_time{TimeOrderedUuid(1'700'000'000'000)};
    EXPECT_NE(vault_->CommandHash("dsl", same_time).substr(6), hash.substr(6));
}

TEST_F(VaultTest, ShowsNothingOfACommandWithoutATime) {
    CommandId other_version{TimeOrderedUuid(1'700'000'000'000)};
    other_version.uuid.bytes[6] = 0x40;
    EXPECT_NE(vault_->CommandHash("dsl", other_version).substr(0, 6), other_version.AsBytes().substr(0, 6));
    CommandId other_variant{TimeOrderedUuid(1'700'000'000'000)};
    other_variant.uuid.bytes[8] = 0xc0;
    EXPECT_NE(vault_->CommandHash("dsl", other_variant).substr(0, 6), other_variant.AsBytes().substr(0, 6));
}

TEST_F(VaultTest, KeysRequestDigestsWithTheSubject) {
    const SubjectId pupil = Pupil();
    const auto digest = vault_->RequestDigest(pupil, "request");
    ASSERT_TRUE(digest.ok() && digest->has_value());
    EXPECT_EQ((*digest)->size(), 16U);
    EXPECT_EQ(*OpenVault(store_)->RequestDigest(pupil, "request"), **digest);
    EXPECT_NE(*vault_->RequestDigest(pupil, "other"), **digest);
    EXPECT_NE(*vault_->RequestDigest(Pupil("other"), "request"), **digest);
    EXPECT_EQ(ReasonOf(vault_->RequestDigest(SubjectId{RandomUuid()}, "request").status()), "UNKNOWN_SUBJECT");
}

TEST_F(VaultTest, SignsCheckpointsWithAKeyOfTheStoresOwn) {
    const auto key = vault_->CheckpointPublicKey();
    const std::string message = "log.example/1\n42\n";
    const auto signature = vault_->SignCheckpoint(message);
    const auto verifies = [&](std::string_view text) {
        return crypto_sign_verify_detached(signature.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                           text.size(), key.data()) == 0;
    };
    EXPECT_TRUE(verifies(message));
    EXPECT_FALSE(verifies("log.example/1\n43\n"));
    EXPECT_EQ(OpenVault(store_)->CheckpointPublicKey(), key);
    MemoryKeyStore other;
    EXPECT_NE(NewVault(other)->CheckpointPublicKey(), key) << "another store with the same key file";
}

}  // namespace
}  // namespace throughline
