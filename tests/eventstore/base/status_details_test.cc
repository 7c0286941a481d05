// Details put on a status are found again by a program.
#include "eventstore/base/status_details.h"

#include <vector>

#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>

namespace throughline {
namespace {

TEST(StatusDetailsTest, ListsEveryBadField) {
    const std::vector<FieldViolation> violations{{"upn", "13 characters"}, {"overrides[0].reason", "1 to 2,000 bytes"}};
    const absl::Status status = BadRequestError(violations);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(status), "BAD_REQUEST");
    const auto found = FieldViolationsOf(status);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[1].field, "overrides[0].reason");
    EXPECT_EQ(found[1].description, "1 to 2,000 bytes");
    EXPECT_EQ(status.message(),
              "the request has bad fields: upn: 13 characters; overrides[0].reason: 1 to 2,000 bytes");
}

TEST(StatusDetailsTest, ListsEveryRuleThatDoesNotHold) {
    const std::vector<RuleViolation> violations{{"PROFESSIONAL_VIEW", "STAFF_ROLE_SENCO", "ask the SENCO"},
                                                {"LEAD_TIME", "", "start later"}};
    const absl::Status status = RuleError("REFERRAL_INCOMPLETE", "two gaps", violations);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(status), "REFERRAL_INCOMPLETE");
    const auto found = RuleViolationsOf(status);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].type, "PROFESSIONAL_VIEW");
    EXPECT_EQ(found[0].subject, "STAFF_ROLE_SENCO");
    EXPECT_EQ(found[1].description, "start later");
}

TEST(StatusDetailsTest, KeepsAReasonAndARetryHintSideBySide) {
    const absl::Status status =
        WithRetryAfter(WithReason(absl::ResourceExhaustedError("full"), "DISK_FULL"), std::chrono::milliseconds(1'500));
    EXPECT_EQ(ReasonOf(status), "DISK_FULL");
    google::rpc::RetryInfo retry;
    const auto payload = status.GetPayload("type.googleapis.com/google.rpc.RetryInfo");
    ASSERT_TRUE(payload && retry.ParseFromString(std::string(*payload)));
    EXPECT_EQ(retry.retry_delay().seconds(), 1);
    EXPECT_EQ(retry.retry_delay().nanos(), 500'000'000);
}

TEST(StatusDetailsTest, FindsNothingWhereThereIsNothing) {
    EXPECT_EQ(ReasonOf(absl::OkStatus()), "");
    EXPECT_EQ(ReasonOf(absl::InternalError("plain")), "");
    EXPECT_TRUE(RuleViolationsOf(absl::InternalError("plain")).empty());
    EXPECT_TRUE(FieldViolationsOf(absl::InternalError("plain")).empty());
}

}  // namespace
}  // namespace throughline
