// The log over gRPC: append, read, follow.
#include "eventstore/server/event_log_server.h"

#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <semaphore>
#include <set>
#include <thread>

#include "eventstore/base/status_details.h"
#include "eventstore/server/grpc_status.h"
#include "tests/eventstore/server/served_log.h"

namespace throughline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class EventLogServerTest : public ServedLogTest {
  protected:
    using ServedLogTest::ServedLogTest;

    std::vector<std::uint64_t> Read(const eventstore::v1::ReadRequest& request) {
        const auto call = As("service");
        const auto reader = log_stub_->Read(call.get(), request);
        std::vector<std::uint64_t> positions;
        eventstore::v1::ReadResponse response;
        while (reader->Read(&response)) {
            for (const auto& record : response.records()) {
                eventstore::v1::RecordHeader header;
                EXPECT_TRUE(header.ParseFromString(record.header()));
                positions.push_back(header.position());
            }
        }
        const grpc::Status status = reader->Finish();
        EXPECT_TRUE(status.ok()) << status.error_message();
        return positions;
    }
};

TEST_F(EventLogServerTest, AppendsOnceHoweverOftenACommandIsRepeated) {
    const auto request = Request(Pupil("A"), 3);
    const auto first = Append(request);
    EXPECT_EQ(first.first_position(), 0U);
    EXPECT_EQ(first.last_position(), 2U);
    EXPECT_FALSE(first.repeated());
    const auto again = Append(request);
    EXPECT_EQ(again.first_position(), 0U);
    EXPECT_EQ(again.last_position(), 2U);
    EXPECT_TRUE(again.repeated());
    EXPECT_EQ(records_.End(), Position{3});
}

TEST_F(EventLogServerTest, RefusesACommandIdWithAnotherRequest) {
    auto request = Request(Pupil("A"));
    Append(request);
    request.mutable_events(0)->set_body("other");
    eventstore::v1::AppendResponse response;
    const auto call = As("service");
    EXPECT_EQ(log_stub_->Append(call.get(), request, &response).error_code(), grpc::StatusCode::ALREADY_EXISTS);
}

TEST_F(EventLogServerTest, RefusesAnAppendWhoseConditionNoLongerHolds) {
    const std::string pupil = Pupil("A");
    Append(Request(pupil));
    auto request = Request(pupil);
    request.mutable_condition()->mutable_query()->add_items()->add_tags("pupil:" + pupil);
    eventstore::v1::AppendResponse response;
    const auto call = As("service");
    EXPECT_EQ(log_stub_->Append(call.get(), request, &response).error_code(), grpc::StatusCode::ABORTED);
}

TEST_F(EventLogServerTest, NamesEveryBadFieldAtOnce) {
    eventstore::v1::AppendRequest request = Request(Pupil("A"));
    request.set_command_id("no uuid");
    request.mutable_events(0)->set_type("");
    request.mutable_events(0)->add_tags("tag without a kind");
    request.mutable_events(0)->set_subject_id("");
    eventstore::v1::AppendResponse response;
    const auto call = As("service");
    const absl::Status status = FromGrpcStatus(log_stub_->Append(call.get(), request, &response));
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    std::vector<std::string> fields;
    for (const auto& violation : FieldViolationsOf(status)) fields.push_back(violation.field);
    EXPECT_THAT(fields, ElementsAre("command_id", "events[0].subject_id", "events[0].type", "events[0].tags[1]"));
}

TEST_F(EventLogServerTest, NamesIdsThatAreNoneAlsoWhereTheyMayBeLeftOut) {
    eventstore::v1::AppendRequest request = Request(Pupil("A"), 2);
    request.mutable_events(0)->set_event_id("no uuid");
    request.mutable_events(0)->set_causation_id("no uuid");
    request.mutable_events(1)->set_correlation_id("no uuid");
    eventstore::v1::AppendResponse response;
    const auto call = As("service");
    const absl::Status status = FromGrpcStatus(log_stub_->Append(call.get(), request, &response));
    std::vector<std::string> fields;
    for (const auto& violation : FieldViolationsOf(status)) fields.push_back(violation.field);
    EXPECT_THAT(fields, ElementsAre("events[0].event_id", "events[0].causation_id", "events[1].correlation_id"));
}

TEST_F(EventLogServerTest, TellsTheCorrelationOfAnAnswerAndOfItsRepeat) {
    auto request = Request(Pupil("A"), 2);
    const std::string correlation = ToString(RandomUuid());
    request.mutable_events(0)->set_correlation_id(correlation);
    for (int i = 0; i < 2; ++i) {
        eventstore::v1::AppendResponse response;
        const auto call = As("service");
        ASSERT_TRUE(log_stub_->Append(call.get(), request, &response).ok());
        EXPECT_EQ(response.repeated(), i == 1);
        const auto& metadata = call->GetServerTrailingMetadata();
        const auto told = metadata.find("throughline-correlation");
        ASSERT_NE(told, metadata.end());
        EXPECT_EQ(std::string(told->second.data(), told->second.size()), correlation);
    }
}

TEST_F(EventLogServerTest, GivesEventsWithoutACorrelationOneTogether) {
    Append(Request(Pupil("A"), 3));
    const auto stored = log_.ReadAll({});
    ASSERT_TRUE(stored.ok()) << stored.status();
    const std::string correlation = stored->records[0].header.correlation_id();
    EXPECT_EQ(correlation.size(), 16U);
    for (const Record& record : stored->records) EXPECT_EQ(record.header.correlation_id(), correlation);
}

TEST_F(EventLogServerTest, RefusesAHundredThousandEmptyEvents) {
    eventstore::v1::AppendRequest request = Request(Pupil("A"));
    for (int i = 0; i < 100'000; ++i) request.add_events();
    eventstore::v1::AppendResponse response;
    const auto call = As("service");
    const absl::Status status = FromGrpcStatus(log_stub_->Append(call.get(), request, &response));
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(FieldViolationsOf(status).front().field, "events");
}

TEST_F(EventLogServerTest, AnswersManyCallersAtOnceEachWithItsOwnPlace) {
    constexpr int kCallers = 64;
    constexpr int kAppendsEach = 20;
    const std::string pupil = Pupil("A");
    const auto stub = StubOverTcp();
    std::mutex mutex;
    std::set<std::uint64_t> places;
    std::vector<std::thread> callers;
    for (int caller = 0; caller < kCallers; ++caller) {
        callers.emplace_back([&, caller] {
            for (int i = 0; i < kAppendsEach; ++i) {
                auto request = Request(pupil, 1 + caller % 3);
                // Nobody else writes this tag: the condition holds.
                const std::string tag = "caller:" + std::to_string(caller) + "-" + std::to_string(i);
                for (auto& event : *request.mutable_events()) event.add_tags(tag);
                request.mutable_condition()->mutable_query()->add_items()->add_tags(tag);
                eventstore::v1::AppendResponse response;
                const auto call = As("service");
                const grpc::Status status = stub->Append(call.get(), request, &response);
                EXPECT_TRUE(status.ok()) << status.error_message();
                EXPECT_EQ(response.last_position() - response.first_position(), caller % 3);
                const std::lock_guard lock(mutex);
                for (auto at = response.first_position(); at <= response.last_position(); ++at) {
                    EXPECT_TRUE(places.insert(at).second) << at;
                }
            }
        });
    }
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(Position{places.size()}, records_.End());
    EXPECT_EQ(*places.rbegin(), places.size() - 1);
}

TEST_F(EventLogServerTest, LendsTheLogAThreadWhoseAppendIsAnswered) {
    std::atomic<int> lent = 0;
    std::atomic<int> back = 0;
    std::binary_semaphore over{0};
    read_.on_lend = [&] {
        if (lent++ == 0) over.acquire();
        ++back;
    };
    const std::string pupil = Pupil("A");
    // The first is answered though its thread is lent from then on; the others come on the thread that is left.
    for (int i = 0; i < 5; ++i) Append(Request(pupil));
    EXPECT_EQ(records_.End(), Position{5});
    while (back < 4) std::this_thread::yield();
    EXPECT_EQ(lent, 5);
    over.release();
    while (back < 5) std::this_thread::yield();
}

TEST_F(EventLogServerTest, DecidesARaceForOneTagInFavourOfOne) {
    const std::string pupil = Pupil("A");
    std::atomic<int> won = 0;
    std::atomic<int> lost = 0;
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 16; ++caller) {
        callers.emplace_back([&] {
            auto request = Request(pupil);
            request.mutable_condition()->mutable_query()->add_items()->add_tags("pupil:" + pupil);
            eventstore::v1::AppendResponse response;
            const auto call = As("service");
            const absl::Status status = FromGrpcStatus(log_stub_->Append(call.get(), request, &response));
            won += status.ok() ? 1 : 0;
            lost += ReasonOf(status) == "CONDITION_FAILED" ? 1 : 0;
        });
    }
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(won, 1);
    EXPECT_EQ(lost, 15);
}

TEST_F(EventLogServerTest, RefusesNoEventsAndTooMany) {
    for (const int count : {0, 1'001}) {
        eventstore::v1::AppendResponse response;
        const auto call = As("service");
        const grpc::Status status = log_stub_->Append(call.get(), Request(Pupil("A"), count), &response);
        EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << count;
    }
    EXPECT_EQ(records_.End(), Position{0});
}

TEST_F(EventLogServerTest, LetsNobodyInWithoutANameNorStaff) {
    eventstore::v1::AppendResponse response;
    const auto staff = As("staff");
    EXPECT_EQ(log_stub_->Append(staff.get(), Request(Pupil("A")), &response).error_code(),
              grpc::StatusCode::PERMISSION_DENIED);
    grpc::ClientContext nobody;
    const auto reader = log_stub_->Subscribe(&nobody, {});
    eventstore::v1::SubscribeResponse message;
    EXPECT_FALSE(reader->Read(&message));
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(EventLogServerTest, ReadsForwardsBackwardsAndInPieces) {
    const std::string pupil = Pupil("A");
    Append(Request(pupil, 5));
    Append(Request(Pupil("B"), 2));
    eventstore::v1::ReadRequest request;
    EXPECT_THAT(Read(request), ElementsAre(0, 1, 2, 3, 4, 5, 6));
    request.mutable_query()->add_items()->add_tags("pupil:" + pupil);
    request.set_from(1);
    request.set_until(3);
    EXPECT_THAT(Read(request), ElementsAre(1, 2, 3));
    request.clear_until();
    request.set_limit(2);
    EXPECT_THAT(Read(request), ElementsAre(1, 2));
    request.clear_from();
    request.set_backwards(true);
    EXPECT_THAT(Read(request), ElementsAre(4, 3));
}

TEST_F(EventLogServerTest, ReadsMoreThanOneBatchHolds) {
    for (int i = 0; i < 3; ++i) Append(Request(Pupil("A"), 900));
    const auto positions = Read({});
    ASSERT_EQ(positions.size(), 2'700U);
    for (std::size_t i = 0; i < positions.size(); ++i) ASSERT_EQ(positions[i], i);
}

TEST_F(EventLogServerTest, ShowsBodiesOpenedOrSealedAndErasedOnesEmpty) {
    const std::string pupil = Pupil("A");
    Append(Request(pupil));
    const auto read_one = [&](bool sealed) {
        eventstore::v1::ReadRequest request;
        request.set_sealed(sealed);
        request.set_limit(1);
        const auto call = As("service");
        const auto reader = log_stub_->Read(call.get(), request);
        eventstore::v1::ReadResponse response;
        EXPECT_TRUE(reader->Read(&response));
        return response.records(0);
    };
    EXPECT_EQ(read_one(false).body(), std::string(10, 'b'));
    EXPECT_THAT(read_one(true).body(), ::testing::Not(HasSubstr("bbbb")));
    ASSERT_TRUE(erasure_.Erase({*ParseUuid(pupil)}, "test", "operator").ok());
    EXPECT_TRUE(read_one(false).erased());
    EXPECT_EQ(read_one(false).body(), "");
    EXPECT_TRUE(read_one(true).erased());
}

TEST_F(EventLogServerTest, FollowsWhatIsAddedLater) {
    const std::string pupil = Pupil("A");
    Append(Request(pupil, 2));
    const auto call = As("service");
    const auto reader = log_stub_->Subscribe(call.get(), {});
    std::vector<std::uint64_t> positions;
    eventstore::v1::SubscribeResponse response;
    const auto read_until = [&](std::size_t count) {
        while (positions.size() < count && reader->Read(&response)) {
            for (const auto& record : response.records()) {
                eventstore::v1::RecordHeader header;
                EXPECT_TRUE(header.ParseFromString(record.header()));
                positions.push_back(header.position());
            }
        }
    };
    read_until(2);
    EXPECT_EQ(response.position(), 1U);
    for (int i = 0; i < 50; ++i) {
        Append(Request(pupil));
        read_until(positions.size() + 1);
    }
    ASSERT_EQ(positions.size(), 52U);
    for (std::size_t i = 0; i < positions.size(); ++i) EXPECT_EQ(positions[i], i);
    call->TryCancel();
    EXPECT_FALSE(reader->Read(&response));
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(EventLogServerTest, TellsAFollowerHowFarItLookedWhereNothingConcernsIt) {
    Append(Request(Pupil("A"), 7));
    eventstore::v1::SubscribeRequest request;
    request.mutable_query()->add_items()->add_tags("pupil:nobody");
    const auto call = As("service");
    const auto reader = log_stub_->Subscribe(call.get(), request);
    eventstore::v1::SubscribeResponse response;
    ASSERT_TRUE(reader->Read(&response));
    EXPECT_EQ(response.records_size(), 0);
    EXPECT_EQ(response.position(), 6U);
    call->TryCancel();
}

TEST_F(EventLogServerTest, EveryOneOfManyFollowersSeesEveryRecord) {
    const std::string pupil = Pupil("A");
    constexpr int kFollowers = 16;
    constexpr std::size_t kRecords = 200;
    std::vector<std::thread> followers;
    std::atomic<int> whole = 0;
    for (int i = 0; i < kFollowers; ++i) {
        followers.emplace_back([&] {
            const auto call = As("service");
            const auto reader = log_stub_->Subscribe(call.get(), {});
            eventstore::v1::SubscribeResponse response;
            std::size_t seen = 0;
            while (seen < kRecords && reader->Read(&response)) {
                for (const auto& record : response.records()) {
                    eventstore::v1::RecordHeader header;
                    EXPECT_TRUE(header.ParseFromString(record.header()));
                    EXPECT_EQ(header.position(), seen);
                    ++seen;
                }
            }
            whole += seen == kRecords ? 1 : 0;
            call->TryCancel();
        });
    }
    for (std::size_t i = 0; i < kRecords; ++i) Append(Request(pupil));
    for (std::thread& follower : followers) follower.join();
    EXPECT_EQ(whole, kFollowers);
}

TEST_F(EventLogServerTest, EndsFollowersWhenItStops) {
    const auto call = As("service");
    const auto reader = log_stub_->Subscribe(call.get(), {});
    Append(Request(Pupil("A")));
    eventstore::v1::SubscribeResponse response;
    ASSERT_TRUE(reader->Read(&response));
    server_.StopStreams();
    EXPECT_FALSE(reader->Read(&response));
    const absl::Status status = FromGrpcStatus(reader->Finish());
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(ReasonOf(status), "STOPPING");
}

class FewStreamsTest : public EventLogServerTest {
  protected:
    FewStreamsTest() : EventLogServerTest({.reading_threads = 1, .streams_max = 2}) {}
};

TEST_F(FewStreamsTest, RefusesOneTooManyAndTakesItWhenAnotherHasEnded) {
    Append(Request(Pupil("A")));
    std::vector<std::unique_ptr<grpc::ClientContext>> calls;
    std::vector<std::unique_ptr<grpc::ClientReader<eventstore::v1::SubscribeResponse>>> readers;
    eventstore::v1::SubscribeResponse response;
    for (int i = 0; i < 2; ++i) {
        calls.push_back(As("service"));
        readers.push_back(log_stub_->Subscribe(calls.back().get(), {}));
        ASSERT_TRUE(readers.back()->Read(&response));
    }
    const auto third = As("service");
    const auto refused = log_stub_->Subscribe(third.get(), {});
    EXPECT_FALSE(refused->Read(&response));
    EXPECT_EQ(ReasonOf(FromGrpcStatus(refused->Finish())), "SUBSCRIPTIONS_FULL");
    calls[0]->TryCancel();
    static_cast<void>(readers[0]->Finish());
    while (server_.streams() == 2) std::this_thread::yield();
    const auto fourth = As("service");
    const auto taken = log_stub_->Subscribe(fourth.get(), {});
    EXPECT_TRUE(taken->Read(&response));
    fourth->TryCancel();
    calls[1]->TryCancel();
}

}  // namespace
}  // namespace throughline
