// Which settings of a topic would lose records.
#include "eventstore/publisher/topic_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::map<std::string, std::string> Fit() {
    return {{"cleanup.policy", "delete"},
            {"retention.ms", "-1"},
            {"retention.bytes", "-1"},
            {"max.message.bytes", "1048588"},
            {"min.insync.replicas", "2"}};
}

TEST(JudgeTopicTest, FindsNothingWrongWithAFitTopic) {
    const TopicFindings findings = JudgeTopic(1, 3, Fit());
    EXPECT_THAT(findings.refusals, IsEmpty());
    EXPECT_THAT(findings.warnings, IsEmpty());
}

TEST(JudgeTopicTest, NamesEverythingThatWouldLoseRecordsAtOnce) {
    const TopicFindings findings = JudgeTopic(3, 3,
                                              {{"cleanup.policy", "compact"},
                                               {"retention.ms", "604800000"},
                                               {"retention.bytes", "1000"},
                                               {"max.message.bytes", "1000"},
                                               {"min.insync.replicas", "2"}});
    EXPECT_THAT(
        findings.refusals,
        ElementsAre(HasSubstr("3 partitions"), HasSubstr("compact"), HasSubstr("retention.ms is 604800000"),
                    HasSubstr("retention.bytes is 1000"), HasSubstr("max.message.bytes is 1000, below 524288")));
}

TEST(JudgeTopicTest, WarnsOfTooFewReplicas) {
    auto settings = Fit();
    settings["min.insync.replicas"] = "1";
    const TopicFindings findings = JudgeTopic(1, 1, settings);
    EXPECT_THAT(findings.refusals, IsEmpty());
    EXPECT_THAT(findings.warnings, ElementsAre(HasSubstr("1 replicas"), HasSubstr("min.insync.replicas is 1")));
}

}  // namespace
}  // namespace throughline
