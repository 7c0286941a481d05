// The words of bench: what does not fit together is refused, and says what to give instead.
#include "services/throughline/bench/bench_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/throughline/command_line.h"
#include "services/throughline/verbs/verbs.h"

namespace throughline {
namespace {

using ::testing::HasSubstr;

struct Ended {
    ExitCode exit = ExitCode::kOk;
    std::string message;
};

Ended Bench(std::vector<std::string> words) {
    words.insert(words.begin(), {"bench", "--address", "127.0.0.1:1"});
    testing::internal::CaptureStderr();
    Ended ended;
    ended.exit = RunCommandLine(AllVerbs(), "", words, [](const std::string&) { return std::nullopt; });
    ended.message = testing::internal::GetCapturedStderr();
    return ended;
}

TEST(BenchSettingsTest, RefusesWhatDoesNotFitTogether) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
        {{"--work", "juggle"}, "juggle"},
        {{"--callers", "0"}, "--callers"},
        {{"--facts", "1001"}, "--facts"},
        {{"--tags", "9"}, "--tags"},
        {{"--tags", "0"}, "--condition tag needs a tag"},
        {{"--spread", "10", "--condition", "tag"}, "needs fresh tags"},
        {{"--spread", "10", "--one-tag"}, "--one-tag and --spread"},
        {{"--spread", "10", "--tags", "0"}, "--spread needs a tag"},
        {{"--seconds", "1", "--requests", "1"}, "--seconds and --requests"},
        {{"--requests", "0"}, "1 or more"},
        {{"--requests", "5", "--warm-up", "1"}, "--warm-up"},
        {{"--work", "query"}, "--work query needs --spread"},
        {{"--work", "stall", "--requests", "1"}, "--work stall"},
        {{"--output", "xml"}, "--output"},
    };
    for (const auto& [words, text] : wrong) {
        const Ended ended = Bench(words);
        EXPECT_EQ(ended.exit, ExitCode::kUsage) << text;
        EXPECT_THAT(ended.message, HasSubstr(text));
    }
}

TEST(BenchSettingsTest, SaysWhoCannotBeReached) {
    for (const char* work : {"append", "read", "empty", "stall"}) {
        const Ended ended = Bench({"--work", work, "--seconds", "0.1", "--warm-up", "0"});
        EXPECT_EQ(ended.exit, ExitCode::kUnavailable) << work;
        EXPECT_THAT(ended.message, HasSubstr("cannot reach 127.0.0.1:1"));
    }
}

TEST(BenchSettingsTest, CompletesWhatIsLeftOpen) {
    BenchSettings appends;
    ASSERT_TRUE(CompleteBenchSettings(appends).ok());
    EXPECT_EQ(appends.shape.condition, BenchCondition::kTag);
    EXPECT_EQ(appends.seconds, 5);
    EXPECT_EQ(appends.warm_up_s, 1);

    BenchSettings spread;
    spread.shape.spread = 10;
    spread.requests = 100;
    ASSERT_TRUE(CompleteBenchSettings(spread).ok());
    EXPECT_EQ(spread.shape.condition, BenchCondition::kNone);
    EXPECT_EQ(spread.seconds, std::nullopt);
    EXPECT_EQ(spread.warm_up_s, 0);

    BenchSettings read;
    read.work_word = "read";
    read.callers = 3;
    ASSERT_TRUE(CompleteBenchSettings(read).ok());
    EXPECT_EQ(read.requests, 3U);
}

}  // namespace
}  // namespace throughline
