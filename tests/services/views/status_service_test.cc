// Status and rebuilding, for operators.
#include "services/views/status_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "projections/runner/log_feed.h"
#include "tests/services/views/views_under_test.h"

namespace throughline {
namespace {

class StatusServiceTest : public testing::Test {
  protected:
    grpc::Status GetStatus(const std::string& party, const std::string& urn = "") {
        grpc::ClientContext context;
        if (!party.empty()) context.AddMetadata("party", party);
        if (!urn.empty()) context.AddMetadata("urn", urn);
        return views.status->GetStatus(&context, {}, &response);
    }

    grpc::Status Rebuild(const std::string& view, const std::string& party = "operator") {
        grpc::ClientContext context;
        context.AddMetadata("party", party);
        views::v1::RebuildViewRequest request;
        request.set_view(view);
        return views.status->RebuildView(&context, request, &rebuilt);
    }

    StandingClock clock{FromMicros(1'760'000'000'000'000)};
    PlainLog log{clock};
    ViewsUnderTest views{std::make_unique<LogFeed>(log), log, clock};
    views::v1::GetStatusResponse response;
    views::v1::RebuildViewResponse rebuilt;
};

TEST_F(StatusServiceTest, TellsAnOperatorHowFarEverythingIs) {
    views.Add(views.ada.Registered(PupilFacts::On(2025, 9, 1), "Ada", "Field"));
    ASSERT_TRUE(WaitFor(views.runner, log.End()).ok());
    views.writable = false;
    ASSERT_TRUE(GetStatus("operator").ok());
    EXPECT_EQ(response.store_id(), ToString(log.StoreId()));
    EXPECT_TRUE(response.synthetic());
    EXPECT_FALSE(response.writable());
    EXPECT_EQ(response.records(), 1U);
    ASSERT_EQ(response.followers_size(), 2);
    EXPECT_EQ(response.followers(0).name(), "chronology");
    EXPECT_EQ(response.followers(0).records(), 1U);
    EXPECT_EQ(response.followers(0).version(), 1U);
    EXPECT_EQ(response.followers(1).name(), "publisher");
}

TEST_F(StatusServiceTest, RefusesEverybodyElse) {
    EXPECT_EQ(GetStatus("").error_code(), grpc::StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(GetStatus("service").error_code(), grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(GetStatus("", ViewsUnderTest::kUrn).error_code(), grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(Rebuild("chronology", "service").error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(StatusServiceTest, RebuildsAViewAndSaysHowManyRecordsItTookIn) {
    for (int i = 0; i < 3; ++i) views.Add(views.ada.Raised(PupilFacts::On(2025, 9, 1), "x"));
    ASSERT_TRUE(WaitFor(views.runner, log.End()).ok());
    ASSERT_TRUE(Rebuild("chronology").ok());
    EXPECT_EQ(rebuilt.records(), 3U);
}

TEST_F(StatusServiceTest, NamesTheViewsThatThereAre) {
    const grpc::Status refused = Rebuild("caseload");
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    const auto bad = FieldViolationsOf(FromGrpcStatus(refused));
    ASSERT_EQ(bad.size(), 1U);
    EXPECT_EQ(bad[0].description, "one of: chronology");
}

}  // namespace
}  // namespace throughline
