// Sealed bodies open only with the header and key they were sealed with: every changed bit is found.
#include <functional>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/digest.h"
#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "tests/eventstore/vault/sealed_record.h"
#include "tests/eventstore/vault/vault_under_test.h"

namespace throughline {
namespace {

using eventstore::v1::RecordHeader;
using eventstore::v1::SUBJECT_KIND_PUPIL;
using ::testing::HasSubstr;
using ::testing::Not;

class BodySealerTest : public ::testing::Test {
  protected:
    SubjectId Pupil(std::string_view upn) { return vault_->GetOrCreate(SUBJECT_KIND_PUPIL, upn)->id; }
    static RecordHeader Header() { return UnsealedHeader(); }
    std::string Seal(std::string_view body, RecordHeader& header) {
        auto sealed = SealInto(*vault_, pupil_, body, header);
        EXPECT_TRUE(sealed.ok()) << sealed.status();
        return *std::move(sealed);
    }
    absl::StatusOr<std::optional<std::string>> Open(const RecordHeader& header, std::string_view sealed) {
        return OpenWith(*vault_, header, sealed);
    }
    absl::StatusCode CodeOf(const RecordHeader& header, std::string_view sealed) {
        return Open(header, sealed).status().code();
    }

    MemoryKeyStore store_;
    std::unique_ptr<Vault> vault_ = NewVault(store_);
    SubjectId pupil_ = Pupil("A");
};

TEST_F(BodySealerTest, OpensWhatItSealedAfterARestartToo) {
    for (const std::size_t size : {0U, 1U, 35U, 36U, 483U, 484U, 1023U, 1024U, 4096U, 256U * 1024U}) {
        const std::string body(size, 'x');
        RecordHeader header = Header();
        const std::string sealed = Seal(body, header);
        EXPECT_EQ(**Open(header, sealed), body);
        EXPECT_EQ(**OpenWith(*OpenVault(store_), header, sealed), body);
    }
}

TEST_F(BodySealerTest, TellsWhatTheHeaderMustSay) {
    RecordHeader header = Header();
    const std::string sealed = Seal("body", header);
    EXPECT_EQ(header.cipher(), eventstore::v1::CIPHER_AES_256_GCM);
    EXPECT_EQ(header.key_commitment().size(), 32U);
    EXPECT_NE(header.key_commitment(), std::string(32, '\0'));
    EXPECT_EQ(header.body_sha256(), Sha256(sealed));
}

TEST_F(BodySealerTest, ReadsOnlyWhatItBindsOfAHeader) {
    RecordHeader header = Header();
    header.set_cipher(static_cast<eventstore::v1::Cipher>(7));
    header.set_key_id("another");
    header.set_key_commitment("another");
    header.set_body_sha256("another");
    header.set_request_size(3);
    const std::string sealed = Seal("body", header);
    header.set_request_size(4);
    EXPECT_EQ(**Open(header, sealed), "body");
}

TEST_F(BodySealerTest, BindsHeadersOfAnySize) {
    RecordHeader header = Header();
    for (int i = 0; i < 100; ++i) header.add_tags(std::string(100, 't'));
    const std::string sealed = Seal("body", header);
    EXPECT_EQ(**Open(header, sealed), "body");
    header.mutable_tags(101)->back() = 'u';
    EXPECT_EQ(CodeOf(header, sealed), absl::StatusCode::kDataLoss);
}

TEST_F(BodySealerTest, HidesTheLengthInBuckets) {
    RecordHeader header = Header();
    EXPECT_EQ(Seal("", header).size(), 64U);
    EXPECT_EQ(Seal(std::string(35, 'x'), header).size(), 64U);
    EXPECT_EQ(Seal(std::string(36, 'x'), header).size(), 128U);
    EXPECT_EQ(Seal(std::string(256, 'x'), header).size(), 320U);
    EXPECT_LE(Seal(std::string(limits::kBodyBytesMax, 'x'), header).size(), limits::kSealedBodyBytesMax);
}

TEST_F(BodySealerTest, NeverGivesTheSameBytesTwice) {
    RecordHeader header = Header();
    EXPECT_NE(Seal("body", header), Seal("body", header));
}

TEST_F(BodySealerTest, FindsEveryChangedBitOfABody) {
    RecordHeader header = Header();
    const std::string sealed = Seal("what was said", header);
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        std::string changed = sealed;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_EQ(CodeOf(header, changed), absl::StatusCode::kDataLoss) << bit;
        RecordHeader agreeing = header;
        agreeing.set_body_sha256(Sha256(changed));
        EXPECT_EQ(CodeOf(agreeing, changed), absl::StatusCode::kDataLoss) << bit;
    }
}

TEST_F(BodySealerTest, FindsChangedBitsOfALongBody) {
    RecordHeader header = Header();
    const std::string sealed = Seal(std::string(5'000, 'x'), header);
    for (std::size_t bit = 0; bit < sealed.size() * 8; bit += 509) {
        std::string changed = sealed;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        RecordHeader agreeing = header;
        agreeing.set_body_sha256(Sha256(changed));
        EXPECT_EQ(CodeOf(agreeing, changed), absl::StatusCode::kDataLoss) << bit;
    }
    for (const std::size_t size : {1U, 27U, 28U, 29U, 64U}) {
        RecordHeader agreeing = header;
        agreeing.set_body_sha256(Sha256(std::string_view(sealed).substr(0, size)));
        EXPECT_EQ(CodeOf(agreeing, std::string_view(sealed).substr(0, size)), absl::StatusCode::kDataLoss) << size;
    }
}

TEST_F(BodySealerTest, FindsEveryChangedBitOfAHeadersIdsAndHashes) {
    RecordHeader header = Header();
    const std::string sealed = Seal("what was said", header);
    const std::map<std::string, std::function<std::string*(RecordHeader&)>> fields{
        {"event_id", [](RecordHeader& h) { return h.mutable_event_id(); }},
        {"type", [](RecordHeader& h) { return h.mutable_type(); }},
        {"tags[0]", [](RecordHeader& h) { return h.mutable_tags(0); }},
        {"tags[1]", [](RecordHeader& h) { return h.mutable_tags(1); }},
        {"key_id", [](RecordHeader& h) { return h.mutable_key_id(); }},
        {"key_commitment", [](RecordHeader& h) { return h.mutable_key_commitment(); }},
        {"body_sha256", [](RecordHeader& h) { return h.mutable_body_sha256(); }},
    };
    for (const auto& [name, field] : fields) {
        const std::size_t bits = field(header)->size() * 8;
        for (std::size_t bit = 0; bit < bits; ++bit) {
            RecordHeader changed = header;
            char& byte = (*field(changed))[bit / 8];
            byte = static_cast<char>(byte ^ (1 << (bit % 8)));
            EXPECT_EQ(CodeOf(changed, sealed), absl::StatusCode::kDataLoss) << name << " bit " << bit;
        }
        for (const std::string& text : {std::string(), *field(header) + "x", field(header)->substr(1)}) {
            RecordHeader changed = header;
            *field(changed) = text;
            EXPECT_EQ(CodeOf(changed, sealed), absl::StatusCode::kDataLoss) << name;
        }
    }
}

TEST_F(BodySealerTest, FindsOtherTagsVersionsAndCiphers) {
    RecordHeader header = Header();
    const std::string sealed = Seal("what was said", header);
    const std::vector<std::function<void(RecordHeader&)>> changes{
        [](RecordHeader& h) { h.add_tags("strand:3"); },
        [](RecordHeader& h) { h.mutable_tags()->RemoveLast(); },
        [](RecordHeader& h) { h.clear_tags(); },
        [](RecordHeader& h) { h.mutable_tags()->SwapElements(0, 1); },
        // The same letters with their bounds moved.
        [](RecordHeader& h) {
            h.set_tags(0, "pupil:1r");
            h.set_tags(1, "eferral:2");
        },
        [](RecordHeader& h) { h.set_schema_version(2); },
        [](RecordHeader& h) { h.set_cipher(eventstore::v1::CIPHER_UNSPECIFIED); },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        RecordHeader changed = header;
        changes[i](changed);
        EXPECT_EQ(CodeOf(changed, sealed), absl::StatusCode::kDataLoss) << i;
    }
    EXPECT_TRUE(Open(header, sealed).ok());
}

TEST_F(BodySealerTest, BodiesCannotBeSwappedBetweenRecords) {
    RecordHeader first = Header();
    RecordHeader second = Header();
    const std::string first_body = Seal("first", first);
    const std::string second_body = Seal("second", second);
    second.set_body_sha256(first.body_sha256());
    EXPECT_EQ(CodeOf(second, first_body), absl::StatusCode::kDataLoss);
}

TEST_F(BodySealerTest, BodiesCannotBeGivenToAnotherSubject) {
    RecordHeader header = Header();
    const std::string sealed = Seal("body", header);
    RecordHeader of_other = Header();
    const SubjectId other = Pupil("B");
    ASSERT_TRUE(SealInto(*vault_, other, "", of_other).ok());
    header.set_key_id(std::string(other.AsBytes()));
    EXPECT_EQ(CodeOf(header, sealed), absl::StatusCode::kDataLoss);
    header.set_key_commitment(of_other.key_commitment());
    EXPECT_EQ(CodeOf(header, sealed), absl::StatusCode::kDataLoss);
}

TEST_F(BodySealerTest, AMissingBodyOrKeyWithoutAnErasureIsALoss) {
    RecordHeader header = Header();
    const std::string sealed = Seal("body", header);
    EXPECT_EQ(CodeOf(header, ""), absl::StatusCode::kDataLoss);
    ASSERT_TRUE(store_.Write({{"K" + std::string(pupil_.AsBytes()), std::nullopt}}).ok());
    vault_ = OpenVault(store_);
    EXPECT_EQ(CodeOf(header, sealed), absl::StatusCode::kDataLoss);
}

TEST_F(BodySealerTest, AKeyOfAnotherSubjectsRowIsALoss) {
    RecordHeader header = Header();
    const std::string sealed = Seal("body", header);
    const std::string other = "K" + std::string(Pupil("B").AsBytes());
    ASSERT_TRUE(store_.Write({{"K" + std::string(pupil_.AsBytes()), **store_.Get(other)}}).ok());
    vault_ = OpenVault(store_);
    EXPECT_EQ(CodeOf(header, sealed), absl::StatusCode::kDataLoss);
}

TEST_F(BodySealerTest, RefusesToSealForNobody) {
    const RecordHeader header = Header();
    EXPECT_EQ(ReasonOf(vault_->Seal(SubjectId{RandomUuid()}, "body", ViewOf(header)).status()), "UNKNOWN_SUBJECT");
}

TEST_F(BodySealerTest, TellsWhichRecordAndNeverWhatItHolds) {
    RecordHeader header = Header();
    const std::string sealed = Seal("canary", header);
    header.set_schema_version(2);
    const absl::Status status = Open(header, sealed).status();
    EXPECT_EQ(ReasonOf(status), "RECORD_DAMAGED");
    EXPECT_THAT(std::string(status.message()), HasSubstr(ToString(*UuidFromBytes(header.event_id()))));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("canary")));
}

}  // namespace
}  // namespace throughline
