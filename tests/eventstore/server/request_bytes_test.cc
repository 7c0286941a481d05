// Requests as bytes: unreadable ones are named as such, and the same request is the same however it was written.
#include "eventstore/server/request_bytes.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/server/grpc_status.h"
#include "tests/eventstore/server/served_log.h"

namespace throughline {
namespace {

grpc::ByteBuffer InSlices(const std::string& bytes, std::size_t slice_bytes) {
    std::vector<grpc::Slice> slices;
    for (std::size_t at = 0; at < bytes.size(); at += slice_bytes) slices.emplace_back(bytes.substr(at, slice_bytes));
    return {slices.data(), slices.size()};
}

std::string Text(const grpc::ByteBuffer& bytes) {
    grpc::Slice whole;
    EXPECT_TRUE(bytes.DumpToSingleSlice(&whole).ok());
    return {reinterpret_cast<const char*>(whole.begin()), whole.size()};
}

class RequestBytesTest : public ServedLogTest {
  protected:
    static constexpr const char* kService = "/throughline.eventstore.v1.EventLogService/";

    /// Calls a method with these bytes, whatever they are.
    grpc::Status Call(const std::string& who, const std::string& method, const grpc::ByteBuffer& bytes,
                      grpc::ByteBuffer& answer) {
        grpc::GenericStub stub(channel_);
        grpc::CompletionQueue queue;
        const auto call = As(who);
        const auto stream = stub.PrepareCall(call.get(), kService + method, &queue);
        void* tag = nullptr;
        bool ok = false;
        const auto step = [&](auto begin) {
            begin();
            EXPECT_TRUE(queue.Next(&tag, &ok));
        };
        grpc::Status status;
        step([&] { stream->StartCall(nullptr); });
        step([&] { stream->WriteLast(bytes, grpc::WriteOptions(), nullptr); });
        step([&] { stream->Read(&answer, nullptr); });
        step([&] { stream->Finish(&status, nullptr); });
        queue.Shutdown();
        while (queue.Next(&tag, &ok)) {
        }
        return status;
    }
    grpc::Status Call(const std::string& who, const std::string& method, const std::string& bytes) {
        grpc::ByteBuffer answer;
        return Call(who, method, InSlices(bytes, 1'000), answer);
    }
};

TEST_F(RequestBytesTest, ThatAreNoMessageAreSaidToBeUnreadable) {
    for (const std::string method : {"Append", "Read", "Subscribe", "GetHead"}) {
        const absl::Status status = FromGrpcStatus(Call("service", method, "\x0b\xff\xff"));
        EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << method;
        EXPECT_EQ(ReasonOf(status), "REQUEST_UNREADABLE") << method;
    }
}

TEST_F(RequestBytesTest, WithTextThatIsNotUtf8AreUnreadable) {
    // Field 1 of an AppendRequest is a string.
    EXPECT_EQ(ReasonOf(FromGrpcStatus(Call("service", "Append", "\x0a\x01\xff"))), "REQUEST_UNREADABLE");
}

TEST_F(RequestBytesTest, AreNotLookedAtBeforeTheirSenderIsLetIn) {
    for (const std::string method : {"Append", "Read", "Subscribe", "GetHead"}) {
        EXPECT_EQ(Call("staff", method, "\x0b\xff\xff").error_code(), grpc::StatusCode::PERMISSION_DENIED) << method;
    }
}

TEST_F(RequestBytesTest, MayComeInManySlices) {
    const auto request = Request(Pupil("A"), 5, 3'000);
    for (const std::size_t slice_bytes : {std::size_t{7}, std::size_t{100'000}}) {
        grpc::ByteBuffer answer;
        ASSERT_TRUE(Call("service", "Append", InSlices(request.SerializeAsString(), slice_bytes), answer).ok());
        eventstore::v1::AppendResponse response;
        ASSERT_TRUE(response.ParseFromString(Text(answer)));
        EXPECT_EQ(response.last_position(), 4U);
    }
}

TEST_F(RequestBytesTest, InAnotherOrderOfFieldsAreTheSameRequest) {
    const auto request = Request(Pupil("A"), 2);
    eventstore::v1::AppendRequest id_only;
    id_only.set_command_id(request.command_id());
    eventstore::v1::AppendRequest events_only = request;
    events_only.clear_command_id();
    const std::string first = id_only.SerializeAsString() + events_only.SerializeAsString();
    const std::string second = events_only.SerializeAsString() + id_only.SerializeAsString();
    ASSERT_NE(first, second);
    grpc::ByteBuffer answer;
    ASSERT_TRUE(Call("service", "Append", InSlices(first, 1'000), answer).ok());
    ASSERT_TRUE(Call("service", "Append", InSlices(second, 1'000), answer).ok());
    eventstore::v1::AppendResponse response;
    ASSERT_TRUE(response.ParseFromString(Text(answer)));
    EXPECT_TRUE(response.repeated());
    EXPECT_EQ(records_.End(), Position{2});
}

TEST(ToByteBufferTest, HoldsTheSameBytesHoweverMany) {
    for (const std::size_t size : {0U, 1U, 256U, 257U, 1'000'000U}) {
        const std::string bytes(size, 'x');
        const grpc::ByteBuffer buffer = ToByteBuffer(bytes);
        EXPECT_EQ(Text(buffer), bytes);
        const grpc::ByteBuffer copy = buffer;
        EXPECT_EQ(copy.Length(), size);
    }
}

}  // namespace
}  // namespace throughline
