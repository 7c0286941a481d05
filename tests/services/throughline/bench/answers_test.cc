// Answers read from their bytes: the same as protobuf reads, however gRPC cut them.
#include "services/throughline/bench/answers.h"

#include <grpcpp/support/slice.h>
#include <gtest/gtest.h>

#include "throughline/eventstore/v1/event_log_service.pb.h"

namespace throughline {
namespace {

/// The bytes in pieces of at most `piece`.
grpc::ByteBuffer Cut(const std::string& bytes, std::size_t piece) {
    std::vector<grpc::Slice> slices;
    for (std::size_t at = 0; at < bytes.size(); at += piece) slices.emplace_back(bytes.substr(at, piece));
    return grpc::ByteBuffer(slices.data(), slices.size());
}

TEST(AnswersTest, ReadsWhereAnAppendStands) {
    eventstore::v1::AppendResponse response;
    response.set_first_position(300);
    response.set_last_position(1'000'000'000'000);
    response.set_repeated(true);
    grpc::ByteBuffer bytes = Cut(response.SerializeAsString(), 2);
    const auto answer = ReadAppendAnswer(bytes);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->first, 300U);
    EXPECT_EQ(answer->last, 1'000'000'000'000U);
    EXPECT_TRUE(answer->repeated);
}

TEST(AnswersTest, ReadsTheFirstRecordOfALogAsPositionZero) {
    grpc::ByteBuffer bytes = Cut(eventstore::v1::AppendResponse().SerializeAsString(), 8);
    const auto answer = ReadAppendAnswer(bytes);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->first, 0U);
    EXPECT_FALSE(answer->repeated);
}

TEST(AnswersTest, RefusesWhatIsNoAnswer) {
    grpc::ByteBuffer cut = Cut("\x08", 8);
    EXPECT_FALSE(ReadAppendAnswer(cut));
    grpc::ByteBuffer text = Cut("no answer at all", 8);
    EXPECT_FALSE(ReadAppendAnswer(text));
    RecordsRead read;
    grpc::ByteBuffer short_record = Cut("\x0a\x7f\x0a", 8);
    EXPECT_FALSE(CountRecords(short_record, read));
}

TEST(AnswersTest, CountsRecordsAndTheirBytesHoweverTheyAreCut) {
    eventstore::v1::ReadResponse response;
    for (std::size_t i = 0; i < 10; ++i) {
        auto& record = *response.add_records();
        record.set_header(std::string(200 + i, 'h'));
        record.set_body(std::string(100 * i, 'b'));
        record.set_erased(i == 0);
    }
    for (const std::size_t piece : {1U, 7U, 4'096U}) {
        RecordsRead read;
        grpc::ByteBuffer bytes = Cut(response.SerializeAsString(), piece);
        EXPECT_TRUE(CountRecords(bytes, read));
        EXPECT_EQ(read.records, 10U);
        EXPECT_EQ(read.header_bytes, 2'045U);
        EXPECT_EQ(read.body_bytes, 4'500U);
    }
}

TEST(AnswersTest, SeesPositionsThatWereGivenTwice) {
    GivenPositions good(100);
    for (const std::uint64_t first : {300U, 0U, 100U, 200U, 500U}) good.Add(first);
    EXPECT_EQ(good.Doubles(), 0U);
    GivenPositions bad(100);
    for (const std::uint64_t first : {300U, 0U, 399U, 0U}) bad.Add(first);
    EXPECT_EQ(bad.Doubles(), 2U);
}

}  // namespace
}  // namespace throughline
