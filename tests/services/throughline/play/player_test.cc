// The player against a small server of its own: tokens, clock, repeats, and a story that does not go as told.
#include "services/throughline/play/player.h"

#include <gmock/gmock.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <vector>

#include "eventstore/base/status_details.h"
#include "eventstore/server/grpc_status.h"
#include "throughline/casework/v1/school_service.grpc.pb.h"
#include "throughline/eventstore/v1/clock_service.grpc.pb.h"
#include "throughline/eventstore/v1/event_log_service.grpc.pb.h"

namespace throughline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Knows commands by id, and refuses the URN 000000.
class SmallSchool final : public casework::v1::SchoolService::Service {
  public:
    grpc::Status RegisterSchool(grpc::ServerContext* context, const casework::v1::RegisterSchoolRequest* request,
                                casework::v1::RegisterSchoolResponse* response) override {
        const auto& metadata = context->client_metadata();
        const auto token = metadata.find("authorization");
        if (token != metadata.end()) tokens.emplace_back(token->second.data(), token->second.size());
        if (request->urn() == "000000") return ToGrpcStatus(RuleError("URN_TAKEN", "urn is taken", {}));
        const bool repeated = !commands.emplace(request->command_id(), request->urn()).second;
        if (repeated) context->AddTrailingMetadata("throughline-repeated", "true");
        response->set_school_id("school-of-" + request->urn());
        return grpc::Status::OK;
    }
    std::map<std::string, std::string> commands;
    std::vector<std::string> tokens;
};

class SmallLog final : public eventstore::v1::EventLogService::Service {
  public:
    explicit SmallLog(const SmallSchool& school) : school_(school) {}
    grpc::Status GetHead(grpc::ServerContext*, const eventstore::v1::GetHeadRequest*,
                         eventstore::v1::GetHeadResponse* response) override {
        response->set_store_id("store-1");
        response->set_records(school_.commands.size());
        response->set_synthetic(synthetic);
        return grpc::Status::OK;
    }
    bool synthetic = true;

  private:
    const SmallSchool& school_;
};

class SmallClock final : public eventstore::v1::ClockService::Service {
  public:
    grpc::Status MoveClock(grpc::ServerContext*, const eventstore::v1::MoveClockRequest* request,
                           eventstore::v1::MoveClockResponse* response) override {
        moves.push_back(request->to().seconds());
        if (request->to().seconds() > now.seconds()) now = request->to();
        *response->mutable_now() = now;
        return grpc::Status::OK;
    }
    grpc::Status GetClock(grpc::ServerContext*, const eventstore::v1::GetClockRequest*,
                          eventstore::v1::GetClockResponse* response) override {
        *response->mutable_now() = now;
        return grpc::Status::OK;
    }
    std::vector<std::int64_t> moves;
    google::protobuf::Timestamp now;
};

class PlayerTest : public ::testing::Test {
  protected:
    PlayerTest() : log_(school_) {
        grpc::ServerBuilder builder;
        builder.RegisterService(&school_);
        builder.RegisterService(&log_);
        builder.RegisterService(&clock_);
        server_ = builder.BuildAndStart();
    }
    ~PlayerTest() override { server_->Shutdown(); }

    absl::StatusOr<Tally> Play(const std::string& steps) {
        const auto story = ParseStory("title: T\nactors:\n  op: {party: operator, name: Op}\nsteps:\n" + steps);
        EXPECT_TRUE(story.ok()) << story.status();
        PlayOptions options;
        options.channel = server_->InProcessChannel({});
        options.issue_token = [](const Identity& actor) -> absl::StatusOr<std::string> {
            return "token-of-" + actor.person_id;
        };
        return PlayStory(*story, options, out_);
    }

    SmallSchool school_;
    SmallLog log_;
    SmallClock clock_;
    std::unique_ptr<grpc::Server> server_;
    std::ostringstream out_;
};

constexpr char kRegister[] = "- as: op\n  do: SchoolService.RegisterSchool\n  with: {urn: '999001'}\n";
constexpr char kRefused[] =
    "- as: op\n  do: SchoolService.RegisterSchool\n  with: {urn: '000000'}\n  expect: {refused: URN_TAKEN}\n";

TEST_F(PlayerTest, ActsWithTheActorsOwnToken) {
    ASSERT_TRUE(Play(kRegister).ok());
    EXPECT_THAT(school_.tokens, ElementsAre("Bearer token-of-op"));
}

TEST_F(PlayerTest, MovesTheClockToTheStoryTime) {
    ASSERT_TRUE(Play("- at: 2025-09-01 09:00\n").ok());
    EXPECT_THAT(clock_.moves, ElementsAre(1'756'713'600));
}

TEST_F(PlayerTest, GivesWhatOneStepSavedToTheNext) {
    ASSERT_TRUE(Play(std::string(kRegister) +
                     "  save: {school: school_id}\n"
                     "- as: op\n  do: SchoolService.RegisterSchool\n  with: {urn: '${school}'}\n")
                    .ok());
    EXPECT_EQ(school_.commands.size(), 2U);
    EXPECT_THAT(school_.commands, ::testing::Contains(::testing::Pair(::testing::_, "school-of-999001")));
}

TEST_F(PlayerTest, RepeatsTheSameCommandsWhenToldAgain) {
    ASSERT_TRUE(Play(kRegister).ok());
    const auto again = Play(kRegister);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->repeated, 1);
    EXPECT_EQ(again->records_before, 1U);
    EXPECT_EQ(again->records_after, 1U);
}

TEST_F(PlayerTest, TakesARefusalThatIsTold) {
    const auto tally = Play(kRefused);
    ASSERT_TRUE(tally.ok()) << tally.status();
    EXPECT_EQ(tally->refused, 1);
    EXPECT_THAT(out_.str(), HasSubstr("0 accepted (0 repeated), 1 refused as told (0 before)"));
}

TEST_F(PlayerTest, PassesARefusalOverOnceTheStoryHasGoneOn) {
    const std::string steps = "- at: 2025-09-01\n" + std::string(kRegister) + kRefused + "- at: 2025-09-02\n";
    const auto first = Play(steps);
    ASSERT_TRUE(first.ok()) << first.status();
    EXPECT_EQ(first->passed_over, 0);
    const auto again = Play(steps);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->refused, 1);
    EXPECT_EQ(again->passed_over, 1);
}

TEST_F(PlayerTest, StopsWhereARefusalIsNotTold) {
    const auto tally = Play("- as: op\n  do: SchoolService.RegisterSchool\n  with: {urn: '000000'}\n");
    EXPECT_EQ(tally.status().code(), absl::StatusCode::kUnknown);
    EXPECT_THAT(std::string(tally.status().message()), HasSubstr("step 1 (line 5)"));
    EXPECT_THAT(std::string(tally.status().message()), HasSubstr("was refused with URN_TAKEN"));
}

TEST_F(PlayerTest, StopsWhereAToldRefusalDoesNotCome) {
    const auto tally = Play(std::string(kRegister) + "  expect: {refused: URN_TAKEN}\n");
    EXPECT_THAT(std::string(tally.status().message()), HasSubstr("was to be refused with URN_TAKEN, and was accepted"));
}

TEST_F(PlayerTest, TellsNothingToAStoreThatIsNotSynthetic) {
    log_.synthetic = false;
    EXPECT_EQ(Play(kRegister).status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_TRUE(school_.commands.empty());
}

TEST_F(PlayerTest, SaysWhichMethodNoContractHas) {
    const auto tally = Play("- as: op\n  do: SchoolService.BurnDown\n");
    EXPECT_THAT(std::string(tally.status().message()),
                HasSubstr("no contract has the method 'SchoolService.BurnDown'"));
}

}  // namespace
}  // namespace throughline
