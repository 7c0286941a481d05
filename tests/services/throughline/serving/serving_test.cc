// The whole server, assembled in this process over a store in a temporary folder: from a story to a timeline.
#include "services/throughline/serving/serving.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>

#include <date/date.h>
#include <date/tz.h>
#include <gmock/gmock.h>
#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>
#include <boost/asio.hpp>

#include "services/throughline/exit_code.h"
#include "services/throughline/logging.h"
#include "services/throughline/verbs/sample_data.h"
#include "services/throughline/verbs/timeline_query.h"

namespace throughline {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Property;

/// "2026-03-12 15:30" in Europe/London.
std::string DayOf(Instant instant) {
    return date::format("%Y-%m-%d %H:%M",
                        date::make_zoned("Europe/London", date::floor<std::chrono::minutes>(instant)));
}

class ServingTest : public ::testing::Test {
  protected:
    ServingTest() {
        StartLogging(LogFormat::kJson, spdlog::level::err);
        char folder[] = "/tmp/throughline-serving-XXXXXX";
        folder_ = mkdtemp(folder);
        settings_.store.path = folder_ + "/store";
        settings_.listen = "127.0.0.1:0";
        settings_.metrics = "127.0.0.1:0";
        settings_.synthetic = true;
        settings_.drain_s = 2;
    }
    ~ServingTest() override { std::filesystem::remove_all(folder_); }

    void Init(bool synthetic = true) {
        const absl::Status made = MakeStore({.folder = settings_.store,
                                             .key_file = settings_.store.DefaultKeyFile(),
                                             .synthetic = synthetic,
                                             .synthetic_start = FromMicros(1'756'706'400'000'000)});
        ASSERT_TRUE(made.ok()) << made;
    }

    [[nodiscard]] std::unique_ptr<Serving> Open() {
        absl::StatusOr<std::unique_ptr<Serving>> serving = Serving::Open(settings_);
        EXPECT_TRUE(serving.ok()) << serving.status();
        return serving.ok() ? *std::move(serving) : nullptr;
    }

    void ExpectRefused(ExitCode exit, const std::string& text) {
        const absl::Status status = Serving::Open(settings_).status();
        EXPECT_EQ(ExitCodeOf(status), exit) << status;
        EXPECT_THAT(std::string(status.message()), HasSubstr(text));
    }

    [[nodiscard]] ConnectionSettings As(const std::string& actor, const Serving& serving) const {
        ConnectionSettings settings;
        settings.address = serving.Address();
        settings.token_file = settings_.store.Token(actor);
        return settings;
    }

    static std::string Scrape(const std::string& address, const std::string& path) {
        boost::asio::ip::tcp::iostream stream;
        const auto where = *ParseHostPort(address);
        stream.connect(where.host, std::to_string(where.port));
        stream << "GET " << path << " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" << std::flush;
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    /// Calls any method with a StringValue, whose bytes are those of a health check's request; the answer's bytes.
    static grpc::Status CallRaw(const std::string& address, const std::string& method, const std::string& text,
                                std::string* answer) {
        grpc::GenericStub stub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
        google::protobuf::StringValue request;
        request.set_value(text);
        const grpc::Slice slice(request.SerializeAsString());
        grpc::ByteBuffer sent(&slice, 1);
        grpc::ByteBuffer received;
        grpc::ClientContext context;
        std::promise<grpc::Status> done;
        stub.UnaryCall(&context, method, {}, &sent, &received, [&](grpc::Status status) { done.set_value(status); });
        const grpc::Status status = done.get_future().get();
        grpc::Slice whole;
        if (received.Valid() && received.DumpToSingleSlice(&whole).ok()) {
            answer->assign(reinterpret_cast<const char*>(whole.begin()), whole.size());
        }
        return status;
    }
    static std::string Health(const Serving& serving, const std::string& service) {
        std::string answer;
        const grpc::Status status = CallRaw(serving.Address(), "/grpc.health.v1.Health/Check", service, &answer);
        if (!status.ok()) return status.error_message();
        if (answer == "\x08\x01") return "SERVING";
        return answer == "\x08\x02" ? "NOT_SERVING" : "UNKNOWN";
    }

    std::string folder_;
    ServeSettings settings_;
};

TEST_F(ServingTest, ServesAStoryThroughItsApiAndKeepsItOverARestart) {
    Init();
    const absl::StatusOr<Story> story = ParseStory(std::string(PackagedStory()));
    ASSERT_TRUE(story.ok()) << story.status();
    const SampleCast cast = CastOf(*story);
    ASSERT_TRUE(WriteTokens(*story, settings_.store).ok());
    std::string first;
    for (int start = 0; start < 2; ++start) {
        const std::unique_ptr<Serving> serving = Open();
        ASSERT_TRUE(serving);
        const absl::Status loaded = LoadSampleData(*story, *serving, settings_.store);
        ASSERT_TRUE(loaded.ok()) << loaded;
        const ConnectionSettings as_staff = As(cast.staff, *serving);
        const auto connection = Connection::Open(as_staff);
        ASSERT_TRUE(connection.ok()) << connection.status();
        const auto timeline = AskForTimeline(
            *connection, as_staff,
            {.pupil_id = "", .upn = cast.upn, .as_known_on = {}, .consistency_token = serving->NowToken()});
        ASSERT_TRUE(timeline.ok()) << timeline.status();
        EXPECT_TRUE(timeline->synthetic());
        EXPECT_THAT(timeline->entries(),
                    Contains(Property(&views::v1::ChronologyEntry::state, views::v1::ENTRY_STATE_CORRECTED)));
        // The story ends in the middle of a day, on which the store's clock stands.
        const std::string today = DayOf(serving->Now());
        for (const std::string& open : {today, today.substr(0, 10)}) {
            const auto on = ParseAsKnownOn(open);
            ASSERT_TRUE(on.ok()) << on.status();
            const auto known =
                AskForTimeline(*connection, as_staff, {.pupil_id = "", .upn = cast.upn, .as_known_on = *on});
            ASSERT_TRUE(known.ok()) << known.status();
            EXPECT_EQ(known->entries_size(), timeline->entries_size());
        }
        const auto ahead = ParseAsKnownOn("2999-01-01");
        EXPECT_EQ(
            ExitCodeOf(AskForTimeline(*connection, as_staff, {.pupil_id = "", .upn = cast.upn, .as_known_on = *ahead})
                           .status()),
            ExitCode::kUsage);
        std::string bytes;
        for (const auto& entry : timeline->entries()) bytes += entry.SerializeAsString();
        EXPECT_TRUE(start == 0 || bytes == first) << "the timeline changed over the restart";
        first = bytes;
    }
}

TEST_F(ServingTest, TellsHealthForEachServiceAndThatItIsNotServingOnceTheStoreCannotBeTrusted) {
    Init();
    const std::unique_ptr<Serving> serving = Open();
    ASSERT_TRUE(serving);
    EXPECT_EQ(Health(*serving, ""), "SERVING");
    EXPECT_EQ(Health(*serving, "throughline.casework.v1.ReferralService"), "SERVING");
    EXPECT_EQ(Health(*serving, "throughline.views.v1.ChronologyService"), "SERVING");
    StartLogging(LogFormat::kJson, spdlog::level::off);
    serving->Fatal(absl::DataLossError("a test says so"));
    EXPECT_EQ(Health(*serving, ""), "NOT_SERVING");
    EXPECT_EQ(Health(*serving, "throughline.casework.v1.ReferralService"), "NOT_SERVING");
    EXPECT_EQ(serving->Wait().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ServingTest, StopsWhenAskedEvenWhileSomebodySubscribes) {
    Init();
    const std::unique_ptr<Serving> serving = Open();
    ASSERT_TRUE(serving);
    const absl::StatusOr<Story> story = ParseStory(std::string(PackagedStory()));
    ASSERT_TRUE(WriteTokens(*story, settings_.store).ok());
    const auto connection = Connection::Open(As(CastOf(*story).operator_, *serving));
    const auto stub = eventstore::v1::EventLogService::NewStub(connection->channel());
    const auto call = connection->NewCall(true);
    const auto reader = stub->Subscribe(call.get(), {});
    reader->WaitForInitialMetadata();
    serving->AskToStop();
    EXPECT_TRUE(serving->Wait().ok());
    serving->Drain();
    eventstore::v1::SubscribeResponse response;
    while (reader->Read(&response)) {
    }
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ServingTest, ListsItsApiOnlyWhereReflectionIsOn) {
    Init();
    const std::string method = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
    std::string answer;
    {
        const std::unique_ptr<Serving> serving = Open();
        ASSERT_TRUE(serving);
        EXPECT_EQ(CallRaw(serving->Address(), method, "", &answer).error_code(), grpc::StatusCode::UNIMPLEMENTED);
    }
    settings_.reflection = true;
    const std::unique_ptr<Serving> serving = Open();
    ASSERT_TRUE(serving);
    EXPECT_NE(CallRaw(serving->Address(), method, "", &answer).error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ServingTest, CountsCallsByMethodAndCodeAndNoMethodThatItDoesNotHave) {
    Init();
    const std::unique_ptr<Serving> serving = Open();
    ASSERT_TRUE(serving);
    std::string answer;
    EXPECT_EQ(CallRaw(serving->Address(), "/throughline.views.v1.StatusService/GetStatus", "", &answer).error_code(),
              grpc::StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(CallRaw(serving->Address(), "/canary.Service/Made", "", &answer).error_code(),
              grpc::StatusCode::UNIMPLEMENTED);
    // A call is counted when its observer goes, a moment after its caller has the status.
    std::string metrics;
    do {
        metrics = Scrape(serving->MetricsAddress(), "/metrics");
    } while (metrics.find("UNAUTHENTICATED") == std::string::npos);
    EXPECT_THAT(metrics, HasSubstr("throughline_calls_total{code=\"UNAUTHENTICATED\",method=\"/throughline.views.v1."
                                   "StatusService/GetStatus\"} 1"));
    EXPECT_THAT(metrics, HasSubstr("throughline_log_records 0"));
    EXPECT_THAT(metrics, HasSubstr("throughline_follower_behind_records{follower=\"chronology\"} 0"));
    EXPECT_THAT(metrics, Not(HasSubstr("canary")));
    EXPECT_THAT(Scrape(serving->MetricsAddress(), "/"), HasSubstr("404"));
}

TEST_F(ServingTest, RefusesARequestOverSixteenMebibytes) {
    Init();
    const std::unique_ptr<Serving> serving = Open();
    ASSERT_TRUE(serving);
    std::string answer;
    const grpc::Status status = CallRaw(serving->Address(), "/throughline.casework.v1.PupilService/RegisterPupil",
                                        std::string(17 * 1024 * 1024, 'x'), &answer);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ServingTest, NeverMakesAStore) {
    ExpectRefused(ExitCode::kNotFound, "throughline init");
    EXPECT_FALSE(std::filesystem::exists(settings_.store.path));
}

TEST_F(ServingTest, RefusesASyntheticStoreUnlessTold) {
    Init();
    settings_.synthetic = false;
    ExpectRefused(ExitCode::kBadSettings, "synthetic");
}

TEST_F(ServingTest, RefusesASecondProcessOnOneStore) {
    Init();
    const std::unique_ptr<Serving> serving = Open();
    ASSERT_TRUE(serving);
    ExpectRefused(ExitCode::kUnavailable, "another process");
}

TEST_F(ServingTest, RefusesAMissingAWrongAndAnExposedKeyFile) {
    Init();
    const std::string key_file = settings_.store.DefaultKeyFile();
    settings_.key_file = folder_ + "/nowhere";
    ExpectRefused(ExitCode::kBadSettings, "key file");
    ASSERT_TRUE(MakeStore({.folder = {folder_ + "/other"}, .key_file = folder_ + "/other.key"}).ok());
    settings_.key_file = folder_ + "/other.key";
    ExpectRefused(ExitCode::kBadSettings, "key");
    settings_.key_file = key_file;
    ASSERT_EQ(::chmod(key_file.c_str(), 0644), 0);
    ExpectRefused(ExitCode::kBadSettings, "0600");
}

TEST_F(ServingTest, RefusesAPortThatIsTaken) {
    Init();
    const std::unique_ptr<Serving> serving = Open();
    ASSERT_TRUE(serving);
    ServeSettings second = settings_;
    second.store.path = folder_ + "/second";
    second.listen = serving->Address();
    ASSERT_TRUE(MakeStore({.folder = second.store, .key_file = second.store.DefaultKeyFile(), .synthetic = true}).ok());
    settings_ = second;
    ExpectRefused(ExitCode::kUnavailable, "something else");
    settings_.listen = "127.0.0.1:0";
    settings_.metrics = serving->MetricsAddress();
    ExpectRefused(ExitCode::kUnavailable, "metrics");
}

TEST_F(ServingTest, TakesTokensOfTheNamedIssuerForARealStoreAndOfItsOwnForASyntheticOne) {
    Init(false);
    settings_.synthetic = false;
    ExpectRefused(ExitCode::kBadSettings, "--token-issuer");
    const auto keys = MakeTokenKeys();
    ASSERT_TRUE(keys.ok());
    settings_.token_keys = {folder_ + "/issuer.pem"};
    settings_.token_issuer = "https://id.example";
    ExpectRefused(ExitCode::kBadSettings, "--token-key");
    std::ofstream(settings_.token_keys[0]) << keys->public_pem;
    EXPECT_TRUE(Open());
    settings_.token_issuer = SyntheticIssuer(RandomUuid());
    ExpectRefused(ExitCode::kBadSettings, "synthetic");
}

TEST_F(ServingTest, KeepsEveryFileOfTheStoreToItsOwner) {
    Init();
    {
        const std::unique_ptr<Serving> serving = Open();
        ASSERT_TRUE(serving);
    }
    struct stat about {};
    ASSERT_EQ(::stat(settings_.store.path.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0700U);
    for (const std::string& path : {settings_.store.IssuerPrivateKey(), settings_.store.DefaultKeyFile()}) {
        ASSERT_EQ(::stat(path.c_str(), &about), 0) << path;
        EXPECT_EQ(about.st_mode & 0777U, 0600U) << path;
    }
}

}  // namespace
}  // namespace throughline
