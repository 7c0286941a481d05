// Log lines: one JSON object each, whatever is in them.
#include "services/throughline/logging.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace throughline {
namespace {

std::string Captured(LogFormat format, spdlog::level::level_enum level) {
    StartLogging(format, level);
    testing::internal::CaptureStderr();
    LogEvent(spdlog::level::info, "a \"call\"\nended", {{"code", "OK"}, {"count", std::int64_t{7}}, {"none", ""}});
    spdlog::info("plain {}", 1);
    std::string lines = testing::internal::GetCapturedStderr();
    StartLogging(LogFormat::kText, spdlog::level::off);
    return lines;
}

TEST(LoggingTest, WritesOneJsonObjectALine) {
    std::istringstream lines(Captured(LogFormat::kJson, spdlog::level::info));
    std::string line;
    ASSERT_TRUE(std::getline(lines, line));
    const auto event = nlohmann::json::parse(line);
    EXPECT_EQ(event["level"], "info");
    EXPECT_EQ(event["message"], "a \"call\"\nended");
    EXPECT_EQ(event["code"], "OK");
    EXPECT_EQ(event["count"], 7);
    EXPECT_FALSE(event.contains("none"));
    EXPECT_EQ(event["time"].get<std::string>().size(), std::string("2026-01-01T00:00:00.000000Z").size());
    ASSERT_TRUE(std::getline(lines, line));
    const auto plain = nlohmann::json::parse(line);
    EXPECT_EQ(plain["message"], "plain 1");
    EXPECT_FALSE(plain.contains("code"));
    EXPECT_FALSE(std::getline(lines, line));
}

TEST(LoggingTest, WritesNothingBelowItsLevel) {
    EXPECT_EQ(Captured(LogFormat::kJson, spdlog::level::warn), "");
}

TEST(LoggingTest, WritesFieldsBehindTheMessageAsText) {
    const std::string lines = Captured(LogFormat::kText, spdlog::level::info);
    EXPECT_NE(lines.find("code=OK count=7\n"), std::string::npos) << lines;
}

}  // namespace
}  // namespace throughline
