// The bytes of a message are those that protobuf itself writes.
#include "eventstore/server/record_message.h"

#include <gtest/gtest.h>

#include "throughline/eventstore/v1/event_log_service.pb.h"

namespace throughline {
namespace {

using eventstore::v1::ReadRecord;
using eventstore::v1::SubscribeResponse;

TEST(RecordMessageTest, IsByteForByteWhatProtobufWrites) {
    for (const std::size_t header_bytes : {0U, 1U, 127U, 128U, 300U, 16'383U, 16'384U, 65'535U}) {
        for (const std::size_t body_bytes : {0U, 1U, 127U, 128U, 16'500U, 300'000U}) {
            for (const bool erased : {false, true}) {
                const std::string header(header_bytes, 'h');
                const std::string body(body_bytes, 'b');
                SubscribeResponse expected;
                RecordMessage message;
                for (int i = 0; i < 3; ++i) {
                    ReadRecord& record = *expected.add_records();
                    record.set_header(header);
                    record.set_body(body);
                    record.set_erased(erased);
                    message.Add(header, body, erased);
                }
                EXPECT_EQ(message.size(), expected.ByteSizeLong());
                EXPECT_EQ(std::move(message).Take(), expected.SerializeAsString()) << header_bytes << " " << body_bytes;
            }
        }
    }
}

TEST(RecordMessageTest, SaysHowFarWasLookedAlsoWithoutRecords) {
    for (const std::uint64_t position : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, ~std::uint64_t{0}}) {
        SubscribeResponse expected;
        expected.set_position(position);
        RecordMessage message;
        EXPECT_TRUE(message.empty());
        message.SetPosition(Position{position});
        EXPECT_EQ(std::move(message).Take(), expected.SerializeAsString());
    }
}

}  // namespace
}  // namespace throughline
