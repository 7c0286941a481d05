// A story writes requests as people would; what reaches the server is the exact message.
#include "services/throughline/play/request_from_yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "throughline/casework/v1/pupil_service.pb.h"
#include "throughline/casework/v1/referral_service.pb.h"

namespace throughline {
namespace {

using ::testing::HasSubstr;

TEST(RequestFromYamlTest, ReadsDatesEnumsListsAndReferences) {
    casework::v1::RaiseReferralRequest request;
    const auto yaml = YAML::Load("{pupil_id: '${pupil}', reasons: [SEMH, HEALTH], occurred_on: 2025-09-22}");
    ASSERT_TRUE(FillFromYaml(yaml, {{"pupil", "p-1"}}, request).ok());
    EXPECT_EQ(request.pupil_id(), "p-1");
    ASSERT_EQ(request.reasons_size(), 2);
    EXPECT_EQ(request.reasons(1), events::v1::REFERRAL_REASON_HEALTH);
    EXPECT_EQ(request.occurred_on().month(), 9);
}

TEST(RequestFromYamlTest, KeepsTextThatLooksLikeANumber) {
    casework::v1::RegisterPupilRequest request;
    ASSERT_TRUE(FillFromYaml(YAML::Load("{year_group: 8}"), {}, request).ok());
    EXPECT_EQ(request.year_group(), "8");
}

TEST(RequestFromYamlTest, TakesOneValueForAListOfOne) {
    casework::v1::RaiseReferralRequest request;
    ASSERT_TRUE(FillFromYaml(YAML::Load("{reasons: SEMH}"), {}, request).ok());
    EXPECT_EQ(request.reasons_size(), 1);
}

TEST(RequestFromYamlTest, FillsMessagesInsideMessages) {
    casework::v1::AcceptReferralRequest request;
    const auto yaml = YAML::Load("overrides:\n- gap: {kind: PROFESSIONAL_VIEW, role: DSL}\n  reason: away\n");
    ASSERT_TRUE(FillFromYaml(yaml, {}, request).ok());
    EXPECT_EQ(request.overrides(0).gap().role(), events::v1::STAFF_ROLE_DSL);
}

TEST(RequestFromYamlTest, NamesTheLineOfEachKindOfMistake) {
    casework::v1::RaiseReferralRequest request;
    const auto complaint = [&request](const char* yaml) {
        return std::string(FillFromYaml(YAML::Load(yaml), {}, request).message());
    };
    EXPECT_THAT(complaint("pupil_id: a\npupil: b\n"), HasSubstr("line 2: RaiseReferralRequest has no field 'pupil'"));
    EXPECT_THAT(complaint("reasons: [CHEEK]"), HasSubstr("'CHEEK' is no ReferralReason"));
    EXPECT_THAT(complaint("pupil_id: '${nobody}'"), HasSubstr("no earlier step saved 'nobody'"));
    EXPECT_THAT(complaint("occurred_on: monday"), HasSubstr("'monday' is no date"));
    EXPECT_THAT(complaint("concern: [a]"), HasSubstr("'concern' should be one value"));
}

}  // namespace
}  // namespace throughline
