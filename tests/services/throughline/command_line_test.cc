// The program's words: every verb explains itself, and exits say what happened.
#include "services/throughline/command_line.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "services/throughline/verbs/verbs.h"

namespace throughline {
namespace {

using ::testing::HasSubstr;

ExitCode RunWords(const std::vector<std::string>& words) {
    return RunCommandLine(AllVerbs(), "examples\n", words, [](const std::string&) { return std::nullopt; });
}

TEST(CommandLineTest, GreetsWithoutWordsAndListsEveryVerb) {
    testing::internal::CaptureStdout();
    EXPECT_EQ(RunWords({}), ExitCode::kOk);
    const std::string greeting = testing::internal::GetCapturedStdout();
    for (const VerbEntry& verb : AllVerbs()) EXPECT_THAT(greeting, HasSubstr(std::string(verb.name)));
}

TEST(CommandLineTest, EveryVerbExplainsEverySettingItHas) {
    for (const VerbEntry& verb : AllVerbs()) {
        testing::internal::CaptureStdout();
        EXPECT_EQ(RunWords({std::string(verb.name), "--help"}), ExitCode::kOk) << verb.name;
        EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr(std::string(verb.summary)));
    }
}

TEST(CommandLineTest, RefusesAVerbThatDoesNotExist) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(RunWords({"conjure"}), ExitCode::kUsage);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("conjure"));
}

TEST(CommandLineTest, TellsErrorsOnStderrAndLeavesStdoutForData) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    EXPECT_EQ(RunWords({"status", "--address", "127.0.0.1:1", "--timeout", "1"}), ExitCode::kUnavailable);
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("cannot reach 127.0.0.1:1"));
}

TEST(CommandLineTest, RefusesAPositionThatIsNoWholeNumber) {
    for (const char* from : {"-1", "1.5", "18446744073709551616", "x"}) {
        testing::internal::CaptureStderr();
        EXPECT_EQ(RunWords({"tail", "--from", from, "--address", "127.0.0.1:1"}), ExitCode::kUsage) << from;
        EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("whole number"));
    }
}

TEST(CommandLineTest, HelpsWithTheDefaultsOfTheVerbItself) {
    testing::internal::CaptureStdout();
    EXPECT_EQ(RunWords({"dev", "--help"}), ExitCode::kOk);
    const std::string help = testing::internal::GetCapturedStdout();
    EXPECT_THAT(help, HasSubstr("default text"));
    EXPECT_THAT(help, HasSubstr("default warning"));
}

TEST(CommandLineTest, NamesTheFolderThatHoldsNoStore) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(RunWords({"token", "--store", "/nowhere", "--person", "p"}), ExitCode::kNotFound);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("there is no store in /nowhere"));
}

TEST(CommandLineTest, RefusesAFolderWhereAFileShouldStand) {
    for (const auto& [words, exit] :
         {std::pair{std::vector<std::string>{"status", "--token-file", "/tmp"}, ExitCode::kBadSettings},
          std::pair{std::vector<std::string>{"status", "--settings", "/tmp"}, ExitCode::kBadSettings},
          std::pair{std::vector<std::string>{"play", "/tmp"}, ExitCode::kUsage}}) {
        testing::internal::CaptureStderr();
        EXPECT_EQ(RunWords(words), exit) << words[0];
        EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("/tmp"));
    }
}

TEST(CommandLineTest, MakesNoStoreInAFolderThatCannotBeMade) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(RunWords({"init", "--store", "/proc/x"}), ExitCode::kIoError);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("/proc/x"));
}

TEST(OutputDeathTest, EndsWithAnErrorWhereTheOutputCannotBeWritten) {
    EXPECT_EXIT(
        {
            const bool full = std::freopen("/dev/full", "w", stdout) != nullptr;
            std::_Exit(full ? static_cast<int>(RunWords({"--version"})) : 99);
        },
        ::testing::ExitedWithCode(74), "cannot write the output");
}

TEST(OutputDeathTest, EndsQuietlyWhereTheReaderHasSeenEnough) {
    EXPECT_EXIT(
        {
            std::signal(SIGPIPE, SIG_IGN);
            int ends[2] = {};
            const bool closed = pipe(ends) == 0 && dup2(ends[1], STDOUT_FILENO) >= 0 && close(ends[0]) == 0;
            std::_Exit(closed ? static_cast<int>(RunWords({"--version"})) : 99);
        },
        ::testing::ExitedWithCode(0), "^$");
}

TEST(CommandLineTest, ErasesNothingWithoutATerminalToAskAt) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(RunWords({"erase", "--pupil", "0192c3f0-0000-7000-8000-000000000000", "--ground", "test", "--address",
                        "127.0.0.1:1"}),
              ExitCode::kUsage);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("--yes"));
}

TEST(ExitCodeTest, FollowsTheCodeAndTheReason) {
    EXPECT_EQ(ExitCodeOf(absl::OkStatus()), ExitCode::kOk);
    EXPECT_EQ(ExitCodeOf(absl::NotFoundError("")), ExitCode::kNotFound);
    EXPECT_EQ(ExitCodeOf(absl::UnauthenticatedError("")), ExitCode::kDenied);
    EXPECT_EQ(ExitCodeOf(absl::FailedPreconditionError("")), ExitCode::kConflict);
    EXPECT_EQ(ExitCodeOf(absl::DeadlineExceededError("")), ExitCode::kUnavailable);
    EXPECT_EQ(ExitCodeOf(absl::DataLossError("")), ExitCode::kIntegrity);
    EXPECT_EQ(ExitCodeOf(absl::UnknownError("")), ExitCode::kFailure);
    EXPECT_EQ(ExitCodeOf(WithReason(absl::UnavailableError(""), "IO_ERROR")), ExitCode::kIoError);
    EXPECT_EQ(ExitCodeOf(WithReason(absl::NotFoundError(""), "KEY_FILE_MISSING")), ExitCode::kBadSettings);
}

}  // namespace
}  // namespace throughline
