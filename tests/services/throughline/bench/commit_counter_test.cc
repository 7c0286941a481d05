// Commits from a page of metrics, and what is said where there are none.
#include "services/throughline/bench/commit_counter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/throughline/exit_code.h"

namespace throughline {
namespace {

TEST(CommitCounterTest, FindsTheCounterAmongOtherLines) {
    EXPECT_EQ(CommitsIn("# HELP throughline_log_commits_total Commits.\n"
                        "# TYPE throughline_log_commits_total counter\n"
                        "throughline_log_records 9\n"
                        "throughline_log_commits_total 1234567\n"),
              1'234'567U);
    EXPECT_EQ(CommitsIn("throughline_log_commits_total{store=\"a b\"} 1.5e3\n"), 1'500U);
    EXPECT_EQ(CommitsIn("throughline_log_commits_total 7"), 7U);
}

TEST(CommitCounterTest, FindsNothingWhereThereIsNone) {
    EXPECT_EQ(CommitsIn(""), std::nullopt);
    EXPECT_EQ(CommitsIn("throughline_log_records 9\n"), std::nullopt);
    EXPECT_EQ(CommitsIn("throughline_log_commits_total_of_others 9\n"), std::nullopt);
    EXPECT_EQ(CommitsIn("throughline_log_commits_total many\n"), std::nullopt);
}

TEST(CommitCounterTest, SaysWhereNobodyAnswers) {
    EXPECT_EQ(ExitCodeOf(ReadCommits("127.0.0.1:1").status()), ExitCode::kUnavailable);
    EXPECT_EQ(ExitCodeOf(ReadCommits("somewhere").status()), ExitCode::kBadSettings);
}

}  // namespace
}  // namespace throughline
