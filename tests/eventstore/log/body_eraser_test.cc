// Deleted bodies are in no file of the log any more, wherever RocksDB had put them.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/eventstore/log/log_ground.h"
#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kCanary = "canary-body-5f2e";

std::vector<std::string> FilesThatHold(const std::string& path, std::string_view bytes) {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        if (content.find(bytes) != std::string::npos) found.push_back(entry.path().filename().string());
    }
    return found;
}

void AppendCanaries(RecordLog& log, const std::string& command) {
    const auto outcome =
        log.Append(MakeAppend(command, {{.subject = TestSubject(1), .body = fmt::format("{} {}", kCanary, command)},
                                        {.subject = TestSubject(2), .body = "kept " + command}}));
    ASSERT_TRUE(outcome.ok()) << outcome.status();
}

TEST(BodyEraserTest, LeavesNoByteInTheWriteAheadLog) {
    LogGround ground;
    RecordLog& log = ground.Open();
    AppendCanaries(log, "a");
    ASSERT_THAT(FilesThatHold(ground.path(), kCanary), Not(IsEmpty()));
    ASSERT_EQ(log.DeleteBodies(TestSubject(1)).value(), 1U);
    EXPECT_THAT(FilesThatHold(ground.path(), kCanary), IsEmpty());
    EXPECT_THAT(FilesThatHold(ground.path(), "kept a"), Not(IsEmpty()));
}

TEST(BodyEraserTest, LeavesNoByteForTheSakeOfAReaderWhoStoppedHalfWay) {
    LogGround ground;
    AppendCanaries(ground.Open(), "a");
    ASSERT_TRUE(ground.log->DeleteBodies(TestSubject(4)).ok()) << "from here on it stands in tables";
    ASSERT_EQ(ground.log->Read({.limit = 1})->next, Position{1});
    ASSERT_EQ(ground.log->DeleteBodies(TestSubject(1)).value(), 1U);
    EXPECT_THAT(FilesThatHold(ground.path(), kCanary), IsEmpty());
}

TEST(BodyEraserTest, LeavesNoByteInTheTablesThatRestartsAndErasuresMade) {
    LogGround ground;
    for (int i = 0; i < 6; ++i) {
        AppendCanaries(ground.Open(), fmt::format("{}", i));
        ASSERT_TRUE(ground.log->Append(MakeAppend(fmt::format("other {}", i), {{.subject = TestSubject(3)}})).ok());
        if (i == 3) {
            ASSERT_TRUE(ground.log->DeleteBodies(TestSubject(3)).ok());
            ASSERT_TRUE(ground.log->DeleteBodies(TestSubject(4)).ok());
            break;
        }
    }
    ASSERT_THAT(FilesThatHold(ground.path(), kCanary), Not(IsEmpty()));
    EXPECT_EQ(ground.log->DeleteBodies(TestSubject(1)).value(), 4U);
    EXPECT_THAT(FilesThatHold(ground.path(), kCanary), IsEmpty());
    EXPECT_THAT(FilesThatHold(ground.path(), "kept 0"), Not(IsEmpty()));
    ground.Open();
    EXPECT_THAT(FilesThatHold(ground.path(), kCanary), IsEmpty());
    const auto batch = ground.log->Read({.limit = 2});
    ASSERT_TRUE(batch.ok()) << batch.status();
    EXPECT_EQ(batch->records[0].sealed_body, "");
    EXPECT_EQ(batch->records[1].sealed_body, "kept 0");
}

}  // namespace
}  // namespace throughline::testing
