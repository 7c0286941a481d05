// What a record's message must look like, byte for byte.
#include "eventstore/publisher/published_record.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/clock.h"
#include "eventstore/log/memory_log.h"
#include "tests/eventstore/publisher/log_filler.h"

namespace throughline {
namespace {

using testing::ElementsAre;
using testing::Pair;

StoredRecord RecordAt(std::int64_t recorded_at_us, std::uint64_t position) {
    eventstore::v1::RecordHeader header;
    header.set_event_id(std::string(ParseUuid("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")->AsBytes()));
    header.set_type("throughline.events.v1.ReferralRaised");
    header.add_tags("pupil:11111111-2222-4333-8444-555555555555");
    header.add_tags("referral:66666666-7777-4888-9999-aaaaaaaaaaaa");
    header.set_position(position);
    header.set_recorded_at_us(recorded_at_us);
    return {.position = Position{position}, .header = header.SerializeAsString(), .sealed_body = std::string(300, 'x')};
}

const Uuid kStore = *ParseUuid("12345678-9abc-4def-8123-456789abcdef");

TEST(PublishedRecordTest, CarriesCompleteCloudEventsHeaders) {
    const absl::StatusOr<PublishedRecord> published = ToPublished(kStore, RecordAt(1'709'210'096'000'007, 4711));
    ASSERT_TRUE(published.ok()) << published.status();
    EXPECT_THAT(published->headers,
                ElementsAre(Pair("ce_specversion", "1.0"), Pair("ce_id", "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"),
                            Pair("ce_type", "throughline.events.v1.ReferralRaised"),
                            Pair("ce_source", "urn:throughline:store:12345678-9abc-4def-8123-456789abcdef"),
                            Pair("ce_time", "2024-02-29T12:34:56.000007Z"), Pair("ce_sequence", "00000000000000004711"),
                            Pair("content-type", "application/protobuf"),
                            Pair("ce_subject", "pupil:11111111-2222-4333-8444-555555555555")));
}

TEST(PublishedRecordTest, HoldsTheStoredBytesAsASealedRecord) {
    const StoredRecord stored = RecordAt(0, 3);
    const absl::StatusOr<PublishedRecord> published = ToPublished(kStore, stored);
    ASSERT_TRUE(published.ok());
    eventstore::v1::SealedRecord expected;
    expected.set_header(stored.header);
    expected.set_sealed_body(stored.sealed_body);
    EXPECT_EQ(published->value, expected.SerializeAsString());
    const absl::StatusOr<StoredRecord> back = FromPublished(published->value);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back->position, stored.position);
    EXPECT_EQ(back->header, stored.header);
    EXPECT_EQ(back->sealed_body, stored.sealed_body);
}

TEST(PublishedRecordTest, LeavesAnErasedBodyOut) {
    StoredRecord stored = RecordAt(0, 3);
    stored.sealed_body.clear();
    const absl::StatusOr<PublishedRecord> published = ToPublished(kStore, stored);
    ASSERT_TRUE(published.ok());
    const absl::StatusOr<StoredRecord> back = FromPublished(published->value);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back->header, stored.header);
    EXPECT_EQ(back->sealed_body, "");
}

TEST(PublishedRecordTest, RefusesAHeaderOfAnotherPosition) {
    StoredRecord stored = RecordAt(0, 3);
    stored.position = Position{4};
    EXPECT_EQ(ToPublished(kStore, stored).status().code(), absl::StatusCode::kDataLoss);
    stored.header = "\xff\xff";
    EXPECT_EQ(ToPublished(kStore, stored).status().code(), absl::StatusCode::kDataLoss);
}

TEST(PublishedRecordTest, TakesNoForeignBytesForARecord) {
    for (const char* bytes : {"", "hello", "\x0a\x03"}) {
        EXPECT_EQ(FromPublished(bytes).status().code(), absl::StatusCode::kDataLoss) << bytes;
    }
}

TEST(PublishedRecordTest, ReadsTwentyDigitsAndNothingElse) {
    EXPECT_EQ(ParseSequence("00000000000000004711"), Position{4711});
    EXPECT_EQ(ParseSequence("18446744073709551615"), Position{~std::uint64_t{0}});
    for (const char* text : {"", "4711", "99999999999999999999", "0000000000000000471x", "-0000000000000004711"}) {
        EXPECT_EQ(ParseSequence(text), std::nullopt) << text;
    }
}

TEST(PublishedRecordTest, IsTheSameWheneverItIsMade) {
    const SystemClock clock;
    MemoryLog log(clock);
    Fill(log, 5);
    const absl::StatusOr<ReadBatch> batch = log.Read({});
    ASSERT_TRUE(batch.ok());
    ASSERT_EQ(batch->records.size(), 5U);
    for (const StoredRecord& record : batch->records) {
        const absl::StatusOr<PublishedRecord> one = ToPublished(log.StoreId(), record);
        const absl::StatusOr<PublishedRecord> other = ToPublished(log.StoreId(), record);
        ASSERT_TRUE(one.ok());
        EXPECT_EQ(one->value, other->value);
        EXPECT_EQ(one->headers, other->headers);
    }
}

}  // namespace
}  // namespace throughline
