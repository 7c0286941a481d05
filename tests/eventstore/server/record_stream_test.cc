// Readers that are slow, many, or idle: what they hold, what they cost, and how they end.
#include "eventstore/server/record_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "eventstore/base/status_details.h"
#include "eventstore/server/grpc_status.h"
#include "tests/eventstore/server/served_log.h"

namespace throughline {
namespace {

using ::testing::HasSubstr;

using Reader = grpc::ClientReader<eventstore::v1::SubscribeResponse>;

eventstore::v1::SubscribeRequest OfTag(const std::string& tag) {
    eventstore::v1::SubscribeRequest request;
    request.mutable_query()->add_items()->add_tags(tag);
    return request;
}

class ImpatientServerTest : public ServedLogTest {
  protected:
    ImpatientServerTest() : ServedLogTest({.write_timeout = std::chrono::milliseconds(300)}) {}
};

TEST_F(ImpatientServerTest, CutsASlowReaderOffWithThePositionToResumeFromAndLeavesAnIdleOneAlone) {
    const std::string pupil = Pupil("A");
    for (int i = 0; i < 30; ++i) Append(Request(pupil, 10, 200'000));
    const auto stub = StubOverTcp();
    eventstore::v1::SubscribeRequest nothing_yet;
    nothing_yet.set_from(300);
    const auto idle_call = As("service");
    const auto idle = stub->Subscribe(idle_call.get(), nothing_yet);
    const auto call = As("service");
    const auto reader = stub->Subscribe(call.get(), {});
    eventstore::v1::SubscribeResponse response;
    ASSERT_TRUE(reader->Read(&response));
    while (server_.streams() < 2) std::this_thread::yield();
    // Reads nothing more until the server has given up on it.
    while (server_.streams() != 1) {
        std::this_thread::yield();
        if (std::chrono::system_clock::now() > call->deadline()) FAIL() << "the server never cut the reader off";
    }
    std::uint64_t last = response.position();
    while (reader->Read(&response)) last = response.position();
    const absl::Status status = FromGrpcStatus(reader->Finish());
    EXPECT_LT(last, 299U);
    // It may have taken nothing at all, so that the status had no way out.
    if (status.code() != absl::StatusCode::kCancelled) {
        EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
        EXPECT_EQ(ReasonOf(status), "SLOW_READER");
        EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo"));
        EXPECT_THAT(std::string(status.message()), HasSubstr("position " + std::to_string(last + 1)));
    }
    Append(Request(pupil));
    ASSERT_TRUE(idle->Read(&response));
    EXPECT_EQ(response.position(), 300U);
    idle_call->TryCancel();
}

class StreamsTest : public ServedLogTest {
  protected:
    StreamsTest() : ServedLogTest({.news_every = std::chrono::milliseconds(1), .message_bytes = 64 * 1024}) {}
};

TEST_F(StreamsTest, ThreeThatStopReadingHoldLittleAndOthersGoOn) {
    const std::string pupil = Pupil("A");
    for (int i = 0; i < 30; ++i) Append(Request(pupil, 10, 200'000));
    constexpr std::uint64_t kLogBytes = 30ULL * 10 * 200'000;
    const std::string tag = "pupil:" + pupil;
    std::vector<std::unique_ptr<eventstore::v1::EventLogService::Stub>> stubs;
    std::vector<std::unique_ptr<grpc::ClientContext>> calls;
    std::vector<std::unique_ptr<Reader>> stalled;
    eventstore::v1::SubscribeResponse response;
    for (int i = 0; i < 3; ++i) {
        stubs.push_back(StubOverTcp());
        calls.push_back(As("service"));
        stalled.push_back(stubs.back()->Subscribe(calls.back().get(), OfTag(tag)));
        ASSERT_TRUE(stalled.back()->Read(&response));
    }
    for (int reader = 0; reader < 3; ++reader) {
        const auto stub = StubOverTcp();
        const auto call = As("service");
        const auto reading = stub->Read(call.get(), {});
        eventstore::v1::ReadResponse some;
        int records = 0;
        while (reading->Read(&some)) records += some.records_size();
        EXPECT_TRUE(reading->Finish().ok());
        EXPECT_EQ(records, 300);
    }
    EXPECT_GE(read_.ReadBy("").bytes, 3 * kLogBytes);
    // What they took, what their sockets and windows hold, and two messages each.
    EXPECT_LT(read_.ReadBy(tag).bytes, 3 * std::uint64_t{16} * 1024 * 1024);
    for (const auto& call : calls) call->TryCancel();
}

TEST_F(StreamsTest, MessagesHaveAboutTheSizeThatWasChosen) {
    const std::string pupil = Pupil("A");
    for (int i = 0; i < 10; ++i) Append(Request(pupil, 100, 1'000));
    const auto call = As("service");
    const auto reading = log_stub_->Read(call.get(), {});
    eventstore::v1::ReadResponse some;
    std::uint64_t next = 0;
    std::vector<std::size_t> sizes;
    while (reading->Read(&some)) {
        sizes.push_back(some.ByteSizeLong());
        for (const auto& record : some.records()) {
            eventstore::v1::RecordHeader header;
            ASSERT_TRUE(header.ParseFromString(record.header()));
            EXPECT_EQ(header.position(), next++);
        }
    }
    EXPECT_TRUE(reading->Finish().ok());
    EXPECT_EQ(next, 1'000U);
    ASSERT_GT(sizes.size(), 10U);
    for (const std::size_t size : sizes) EXPECT_LT(size, 64U * 1024 + 2'000);
    for (std::size_t i = 0; i + 1 < sizes.size(); ++i) EXPECT_GT(sizes[i], 32U * 1024);
}

TEST_F(StreamsTest, AReadOfATagGoesOnAfterItsFirstShortStep) {
    const std::string pupil = Pupil("A");
    for (int i = 0; i < 4; ++i) Append(Request(pupil, 100));
    struct Asked {
        bool backwards;
        std::uint64_t limit;
        std::uint64_t records;
    };
    for (const Asked asked : {Asked{false, 0, 400}, Asked{true, 0, 400}, Asked{false, 128, 128}, Asked{false, 129, 129},
                              Asked{true, 399, 399}, Asked{false, 500, 400}}) {
        SCOPED_TRACE(asked.limit);
        eventstore::v1::ReadRequest request;
        request.mutable_query()->add_items()->add_tags("pupil:" + pupil);
        request.set_backwards(asked.backwards);
        request.set_limit(asked.limit);
        const auto call = As("service");
        const auto reading = log_stub_->Read(call.get(), request);
        eventstore::v1::ReadResponse some;
        std::uint64_t read = 0;
        while (reading->Read(&some)) {
            for (const auto& record : some.records()) {
                eventstore::v1::RecordHeader header;
                ASSERT_TRUE(header.ParseFromString(record.header()));
                EXPECT_EQ(header.position(), asked.backwards ? 399 - read : read);
                ++read;
            }
        }
        EXPECT_TRUE(reading->Finish().ok());
        EXPECT_EQ(read, asked.records);
    }
}

TEST_F(StreamsTest, SearchesKeepNoThreadOfGrpcHoweverLongTheyTake) {
    const std::string pupil = Pupil("A");
    Append(Request(pupil, 10));
    eventstore::v1::ReadRequest search;
    eventstore::v1::QueryItem& item = *search.mutable_query()->add_items();
    item.add_types("test.Noted");
    item.add_tags("pupil:" + pupil);
    const int searches = static_cast<int>(EventLogServer::Options().reading_threads);
    read_.Hold(true);
    std::vector<std::thread> readers;
    for (int i = 0; i < searches; ++i) {
        readers.emplace_back([&] {
            const auto call = As("service");
            const auto reading = log_stub_->Read(call.get(), search);
            eventstore::v1::ReadResponse some;
            int read = 0;
            while (reading->Read(&some)) read += some.records_size();
            EXPECT_TRUE(reading->Finish().ok());
            EXPECT_EQ(read, 10);
        });
    }
    const auto call = As("service");
    while (read_.held() < searches && std::chrono::system_clock::now() < call->deadline()) std::this_thread::yield();
    EXPECT_EQ(read_.held(), searches);
    eventstore::v1::GetHeadResponse head;
    EXPECT_TRUE(log_stub_->GetHead(call.get(), {}, &head).ok());
    EXPECT_EQ(head.records(), 10U);
    read_.Hold(false);
    for (std::thread& reader : readers) reader.join();
}

TEST_F(StreamsTest, AThousandThatWaitForWhatNeverComesLookOnceAndNoMore) {
    constexpr int kIdle = 1'000;
    constexpr int kAppends = 300;
    const std::string pupil = Pupil("A");
    Append(Request(pupil));
    const auto stub = StubOverTcp();
    std::vector<std::unique_ptr<grpc::ClientContext>> calls;
    std::vector<std::unique_ptr<Reader>> idle;
    eventstore::v1::SubscribeResponse response;
    for (int i = 0; i < kIdle; ++i) {
        calls.push_back(As("service"));
        idle.push_back(stub->Subscribe(calls.back().get(), OfTag("pupil:never")));
    }
    for (const auto& reader : idle) {
        ASSERT_TRUE(reader->Read(&response));
        EXPECT_EQ(response.position(), 0U);
    }
    const auto call = As("service");
    const auto follower = log_stub_->Subscribe(call.get(), OfTag("pupil:" + pupil));
    int seen = 0;
    for (int i = 0; i < kAppends; ++i) {
        Append(Request(pupil));
        while (seen < i + 2 && follower->Read(&response)) seen += response.records_size();
    }
    EXPECT_EQ(seen, kAppends + 1);
    // Some may look again because commits came while they settled down to wait.
    EXPECT_LE(read_.ReadBy("pupil:never").visits, 3U * kIdle);
    // Each hears how far all was looked at.
    for (const auto& reader : idle) {
        do {
            ASSERT_TRUE(reader->Read(&response));
            EXPECT_EQ(response.records_size(), 0);
        } while (response.position() < kAppends);
    }
    EXPECT_LE(read_.ReadBy("pupil:never").visits, 3U * kIdle);
    call->TryCancel();
    for (const auto& each : calls) each->TryCancel();
}

TEST_F(StreamsTest, ThoseThatWaitSeeEachRecordThatMatchesAmongManyThatDoNot) {
    const std::vector<std::string> pupils{Pupil("A"), Pupil("B"), Pupil("C"), Pupil("D")};
    constexpr int kRounds = 100;
    std::vector<std::thread> followers;
    std::atomic<int> whole = 0;
    std::atomic<int> ready = 0;
    for (const std::string& pupil : pupils) {
        followers.emplace_back([&, pupil] {
            const auto call = As("service");
            const auto reader = log_stub_->Subscribe(call.get(), OfTag("pupil:" + pupil));
            reader->WaitForInitialMetadata();
            ++ready;
            std::set<std::uint64_t> positions;
            eventstore::v1::SubscribeResponse response;
            while (positions.size() < kRounds && reader->Read(&response)) {
                for (const auto& record : response.records()) {
                    eventstore::v1::RecordHeader header;
                    EXPECT_TRUE(header.ParseFromString(record.header()));
                    EXPECT_EQ(header.tags(0), "pupil:" + pupil);
                    EXPECT_TRUE(positions.insert(header.position()).second);
                }
            }
            whole += positions.size() == kRounds ? 1 : 0;
            call->TryCancel();
        });
    }
    while (ready < 4) std::this_thread::yield();
    std::vector<std::thread> writers;
    for (const std::string& pupil : pupils) {
        writers.emplace_back([&, pupil] {
            for (int i = 0; i < kRounds; ++i) Append(Request(pupil));
        });
    }
    for (std::thread& writer : writers) writer.join();
    for (std::thread& follower : followers) follower.join();
    EXPECT_EQ(whole, 4);
}

TEST_F(StreamsTest, OneThatIsErasedUnderAReaderReadsAsErased) {
    const std::string pupil = Pupil("A");
    for (int i = 0; i < 10; ++i) Append(Request(pupil, 10, 10'000));
    const auto stub = StubOverTcp();
    const auto call = As("service");
    const auto reading = stub->Read(call.get(), {});
    eventstore::v1::ReadResponse some;
    ASSERT_TRUE(reading->Read(&some));
    ASSERT_TRUE(erasure_.Erase({*ParseUuid(pupil)}, "test", "operator").ok());
    int records = some.records_size();
    while (reading->Read(&some)) {
        records += some.records_size();
        for (const auto& record : some.records()) EXPECT_EQ(record.erased(), record.body().empty());
    }
    EXPECT_TRUE(reading->Finish().ok());
    EXPECT_EQ(records, 100);
}

}  // namespace
}  // namespace throughline
