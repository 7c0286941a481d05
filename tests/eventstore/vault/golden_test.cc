// Bytes that another program made from docs/key-store-format.md open today, and must open for ever.
#include <string>

#include <gtest/gtest.h>
#include <sodium.h>

#include "eventstore/base/digest.h"
#include "tests/eventstore/vault/sealed_record.h"
#include "tests/eventstore/vault/vault_under_test.h"

namespace throughline {
namespace {

using eventstore::v1::SUBJECT_KIND_PUPIL;
using eventstore::v1::SUBJECT_KIND_STORE;

std::string Unhex(std::string_view hex) {
    std::string bytes(hex.size() / 2, '\0');
    EXPECT_EQ(sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), hex.data(), hex.size(),
                             nullptr, nullptr, nullptr),
              0);
    return bytes;
}

SubjectId Subject(std::string_view hex) {
    return SubjectId{*UuidFromBytes(Unhex(hex))};
}

struct GoldenRow {
    std::string_view key;
    std::string_view value;
};

// Key-encryption key 00 01 … 1f; every other secret, nonce and id is a run of ascending bytes too.
constexpr GoldenRow kRows[] = {
    {"56",
     "01101112131415161718191a1b1c1d1e1fabc5cd35d0386bcf056f1885014f7a52fccd9c65048d0197551ac5782b601f"
     "4b"},
    {"536c696e6b",
     "010102030405060708090a0b0c0d0e0f101112131415161718ed24a1e2db87663d9df5d8ebd6c997d85a1e90182e8f85"
     "5597a5a667efad35442a9e399de5fd6f38698dab4bdc523789"},
    {"53636f6d6d616e64",
     "0102030405060708090a0b0c0d0e0f10111213141516171819c7bcba1ba3fdacf8cb1446adfb35c3353af5a52b58d27c"
     "e204a21bf09ee0055e79a14f076efd49c00ed82e3fad6af1e7"},
    {"4b101112131415161718191a1b1c1d1e1f",
     "0104030405060708090a0b0c0d0e0f101112131415161718191af91dbcb69324bd78b9a4885e1ab13d780a9b1708fafc"
     "333dfcb97301e7eff1ca0b1fe8d800ac6878398b6cebebe87df9"},
    {"4b808182838485868788898a8b8c8d8e8f",
     "01010405060708090a0b0c0d0e0f101112131415161718191a1b49eac2fbfeb99ac6d022b582aaf9ec2e916c7a288ab1"
     "7264e36625d8d874a8aaa3b6693f8c5886ba7e37431393f28b6b"},
    {"4cc1ac6769e4345892a2c8faa98240322693c6ccc3bbeff12c56b65f36c548daa2", "01808182838485868788898a8b8c8d8e8f"},
    {"52808182838485868788898a8b8c8d8e8fc1ac6769e4345892a2c8faa98240322693c6ccc3bbeff12c56b65f36c548da"
     "a2",
     "01"},
    {"54c0c1c2c3c4c5c6c7c8c9cacbcccdcecf", "0101"},
};
constexpr std::string_view kStore = "101112131415161718191a1b1c1d1e1f";
constexpr std::string_view kPupil = "808182838485868788898a8b8c8d8e8f";
constexpr std::string_view kErased = "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf";
constexpr std::string_view kEvent = "303132333435363738393a3b3c3d3e3f";
constexpr std::string_view kCommand = "505152535455565758595a5b5c5d5e5f";
constexpr std::string_view kCommitment = "5f23cfa0eb54efbb46d8acf7580e9bcff51450260b408e7656a36571820b03bd";
constexpr std::string_view kSealed =
    "090a0b0c0d0e0f1011121314f84b8c78104608c3a04d7fe08085e7b010b993750f672b0b62698f2bd25060f8b7f8320b"
    "70fee8d9d44ff7f821638e608fdc53f8";
constexpr std::string_view kCommandHash = "bd2ab7802a5cf182bab7229154eb690e";
constexpr std::string_view kTimedCommand = "505152535455765788595a5b5c5d5e5f";
constexpr std::string_view kTimedCommandHash = "505152535455c6b7b2d2b5ce494760e6";
constexpr std::string_view kRequestDigest = "e880468fb0d9c6ee80f2270c6261896b";
constexpr std::string_view kCheckpointKey = "3af3b6a42559df24b6c21c00e506c3e44eb60f85c859f6cdea46c6341f2924d0";
constexpr std::string_view kCheckpointSignature =
    "61180406d95c76d3c4260a2d46f23c134b43c7539fe33b9d251d1b1fffe59fdf58c7c9fefba98b8006421c67b2cf49e5"
    "9928bbb4a96f38f8d02b388c4de83502";

class GoldenTest : public ::testing::Test {
  protected:
    void SetUp() override {
        for (const GoldenRow& row : kRows) ASSERT_TRUE(store_.Write({{Unhex(row.key), Unhex(row.value)}}).ok());
        KeyEncryptionKey kek;
        for (std::size_t i = 0; i < kek.size(); ++i) kek[i] = static_cast<std::uint8_t>(i);
        auto vault = Vault::Open(std::make_unique<BorrowedKeyStore>(store_), kek);
        ASSERT_TRUE(vault.ok()) << vault.status();
        vault_ = *std::move(vault);
    }

    static eventstore::v1::RecordHeader Header() {
        eventstore::v1::RecordHeader header;
        header.set_event_id(Unhex(kEvent));
        header.set_type("throughline.events.v1.ReferralRaised");
        header.add_tags("pupil:1");
        header.add_tags("referral:2");
        header.set_schema_version(1);
        header.set_cipher(eventstore::v1::CIPHER_AES_256_GCM);
        header.set_key_id(Unhex(kPupil));
        header.set_key_commitment(Unhex(kCommitment));
        header.set_body_sha256(Sha256(Unhex(kSealed)));
        return header;
    }

    MemoryKeyStore store_;
    std::unique_ptr<Vault> vault_;
};

TEST_F(GoldenTest, FindsSubjectsAndKinds) {
    EXPECT_EQ(vault_->StoreSubject(), Subject(kStore));
    EXPECT_EQ(*vault_->KindOf(Subject(kStore)), SUBJECT_KIND_STORE);
    EXPECT_EQ(**vault_->Find(SUBJECT_KIND_PUPIL, "B801200005001"), Subject(kPupil));
    EXPECT_FALSE(*vault_->Erased(Subject(kPupil)));
    EXPECT_TRUE(*vault_->Erased(Subject(kErased)));
}

TEST_F(GoldenTest, OpensASealedBody) {
    const auto body = OpenWith(*vault_, Header(), Unhex(kSealed));
    ASSERT_TRUE(body.ok()) << body.status();
    EXPECT_EQ(*body, "what was said, and when");
}

TEST_F(GoldenTest, SealsWithTheSameKey) {
    eventstore::v1::RecordHeader header = UnsealedHeader();
    ASSERT_TRUE(SealInto(*vault_, Subject(kPupil), "another", header).ok());
    EXPECT_EQ(header.key_commitment(), Unhex(kCommitment));
}

TEST_F(GoldenTest, GivesTheSameHashes) {
    EXPECT_EQ(vault_->CommandHash("person-1", CommandId{*UuidFromBytes(Unhex(kCommand))}), Unhex(kCommandHash));
    EXPECT_EQ(vault_->CommandHash("person-1", CommandId{*UuidFromBytes(Unhex(kTimedCommand))}),
              Unhex(kTimedCommandHash));
    EXPECT_EQ(*vault_->RequestDigest(Subject(kPupil), "request"), Unhex(kRequestDigest));
}

TEST_F(GoldenTest, ErasesThroughTheReverseLink) {
    ASSERT_TRUE(vault_->Erase(Subject(kPupil)).ok());
    EXPECT_EQ(*vault_->Find(SUBJECT_KIND_PUPIL, "B801200005001"), std::nullopt);
    EXPECT_EQ(*OpenWith(*vault_, Header(), Unhex(kSealed)), std::nullopt);
}

TEST_F(GoldenTest, SignsCheckpointsWithTheSameKey) {
    const auto key = vault_->CheckpointPublicKey();
    const auto signature = vault_->SignCheckpoint("checkpoint");
    EXPECT_EQ(std::string(key.begin(), key.end()), Unhex(kCheckpointKey));
    EXPECT_EQ(std::string(signature.begin(), signature.end()), Unhex(kCheckpointSignature));
}

}  // namespace
}  // namespace throughline
