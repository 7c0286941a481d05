// What a person and a program read of a check: what is wrong, where, what to do, and how much was not told.
#include "services/throughline/check/check_text.h"

#include <chrono>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace throughline {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

CheckResult Whole() {
    CheckResult result;
    result.folder = "/srv/store";
    result.checked.store_id = RandomUuid();
    result.time = std::chrono::seconds(2);
    CheckReport& report = result.checked.report;
    report.Count(CheckPart::kRecords, "records", 3'000'000);
    report.Count(CheckPart::kRecords, "bytes", 1'000'000);
    report.Count(CheckPart::kBodies, "bytes", 3'000'000);
    report.Took(CheckPart::kRecords, std::chrono::milliseconds(1'500));
    report.LeaveOut(CheckPart::kKeys, "unwrapping them: that takes the key file");
    return result;
}

TEST(CheckTextTest, SaysThatNothingIsWrongAndWhatWasNotLookedAt) {
    const std::string text = CheckTable(Whole());
    EXPECT_THAT(text, AllOf(HasSubstr("store  /srv/store  "), HasSubstr("records 3,000,000, bytes 1,000,000")));
    EXPECT_THAT(text, HasSubstr("keys: not looked at: unwrapping them: that takes the key file\n"));
    EXPECT_THAT(text, HasSubstr("3,000,000 records of 4.0 MB in 2.0 s: 1,500,000/s, 2.0 MB/s\nnothing is wrong\n"));
}

TEST(CheckTextTest, SaysWhatToDoOnceForFindingsOfOneKind) {
    CheckResult result = Whole();
    CheckReport& report = result.checked.report;
    report.Add(CheckPart::kBodies, "position 4", "one", "do this");
    report.Add(CheckPart::kBodies, "position 5", "an\033[2Jother", "do this");
    report.Add(CheckPart::kBodies, "position 6", "a third", "do that");
    const std::string text = CheckTable(result);
    EXPECT_THAT(text, HasSubstr("bodies, position 4: one\nbodies, position 5: an [2Jother\n    do this\n"
                                "bodies, position 6: a third\n    do that\n"));
    EXPECT_THAT(text, Not(HasSubstr("nothing is wrong")));
}

TEST(CheckTextTest, TellsAHundredFindingsAndHowManyMore) {
    CheckResult result = Whole();
    CheckReport& report = result.checked.report;
    for (int i = 0; i < 1'200; ++i) report.Add(CheckPart::kIndex, fmt::format("position {}", i), "wrong");
    report.Add(CheckPart::kCommands, "position 7", "not told");
    const std::string text = CheckTable(result);
    EXPECT_THAT(text, AllOf(HasSubstr("index, position 99: "), Not(HasSubstr("position 100:"))));
    EXPECT_THAT(text, AllOf(HasSubstr("and 1,101 more\n"), Not(HasSubstr("not told"))));

    const auto json = nlohmann::json::parse(CheckJson(result));
    EXPECT_EQ(json["findings"].size(), 100U);
    EXPECT_EQ(json["more"], 1'101);
    EXPECT_EQ(json["found"], 1'201);
}

TEST(CheckTextTest, IsOneObjectForAProgram) {
    CheckResult result = Whole();
    result.checked.report.Add(CheckPart::kHead, "position 5", "ahead", "bring it back");
    const std::string text = CheckJson(result);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    const auto json = nlohmann::json::parse(text);
    EXPECT_EQ(json["whole"], false);
    EXPECT_EQ(json["records"], 3'000'000);
    EXPECT_EQ(json["bytes"], 4'000'000);
    EXPECT_EQ(json["seconds"], 2.0);
    EXPECT_EQ(json["findings"][0],
              (nlohmann::json{{"part", "head"}, {"where", "position 5"}, {"what", "ahead"}, {"do", "bring it back"}}));
    EXPECT_EQ(json["parts"].size(), kCheckParts);
    EXPECT_EQ(json["parts"][3]["part"], "records");
    EXPECT_EQ(json["parts"][3]["counts"]["records"], 3'000'000);
    EXPECT_EQ(json["parts"][10]["left_out"], "unwrapping them: that takes the key file");
    EXPECT_EQ(json["parts"][10]["checked"], false);
}

}  // namespace
}  // namespace throughline
