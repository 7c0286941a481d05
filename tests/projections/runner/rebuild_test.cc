// Building a view anew while the present rows serve.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/projections/runner/runner_under_test.h"

namespace throughline {
namespace {

using testing::ElementsAre;

class RebuildTest : public testing::Test, protected RunnerUnderTest {
  protected:
    std::string Raise(const std::string& concern) {
        return log.Add(ada.Event(ada.Raised(PupilFacts::On(2025, 9, 1), concern)));
    }

    const PupilFacts ada;
};

TEST_F(RebuildTest, EndsInTheSameRows) {
    log.SetBatch(7);
    for (int i = 0; i < 40; ++i) Raise("concern " + std::to_string(i));
    const auto runner = FromLog();
    runner->Start();
    ASSERT_TRUE(WaitFor(*runner, Position{40}).ok());
    const std::string before = Digest();
    const absl::StatusOr<std::uint64_t> records = runner->Rebuild();
    ASSERT_TRUE(records.ok()) << records.status();
    EXPECT_EQ(*records, 40U);
    EXPECT_EQ(Digest(), before);
}

TEST_F(RebuildTest, PutsRightWhatWasDamaged) {
    Raise("one");
    const auto runner = FromLog();
    runner->Start();
    ASSERT_TRUE(WaitFor(*runner, Position{1}).ok());
    RowChanges damage;
    damage.dropped.insert(ada.Group());
    damage.mark = rows.MarkOf(RowSet::kServed).value();
    ASSERT_TRUE(rows.Commit(RowSet::kServed, damage).ok());
    ASSERT_TRUE(runner->Rebuild().ok());
    EXPECT_THAT(Texts(ada), ElementsAre("one"));
}

TEST_F(RebuildTest, LosesNothingThatComesMeanwhile) {
    log.SetBatch(3);
    const auto runner = FromLog();
    runner->Start();
    std::thread writer([this] {
        for (int i = 0; i < 300; ++i) Raise("concern " + std::to_string(i));
    });
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(runner->Rebuild().ok());
    writer.join();
    ASSERT_TRUE(WaitFor(*runner, Position{300}).ok());
    EXPECT_EQ(Digest(), DigestOfOneGo());
}

TEST_F(RebuildTest, IsRefusedWhereTheLogIsOutOfReachAndLeavesThePresentRows) {
    Raise("one");
    const auto runner = FromLog();
    runner->Start();
    ASSERT_TRUE(WaitFor(*runner, Position{1}).ok());
    log.FailReads(1);
    EXPECT_TRUE(absl::IsUnavailable(runner->Rebuild().status()));
    EXPECT_THAT(Texts(ada), ElementsAre("one"));
}

TEST_F(RebuildTest, IsRefusedWhenTheRunnerDoesNotRun) {
    const auto runner = FromLog();
    EXPECT_TRUE(absl::IsCancelled(runner->Rebuild().status()));
}

TEST_F(RebuildTest, TakesUpWhatWasParked) {
    Raise(std::string(Tally::kUnfoldable));
    const auto runner = FromLog();
    runner->Start();
    ASSERT_TRUE(WaitFor(*runner, Position{1}).ok());
    ASSERT_EQ(runner->Status().parked_size(), 1);
    view.Repair();
    ASSERT_TRUE(runner->Rebuild().ok());
    EXPECT_EQ(runner->Status().parked_size(), 0);
    EXPECT_THAT(Texts(ada), ElementsAre(std::string(Tally::kUnfoldable)));
}

TEST_F(RebuildTest, HappensByItselfForAnotherVersionOfTheView) {
    Raise("one");
    {
        const auto runner = FromLog();
        runner->Start();
        ASSERT_TRUE(WaitFor(*runner, Position{1}).ok());
    }
    RowChanges older;
    older.dropped.insert(ada.Group());
    older.rows[{ada.Group(), "text/0"}] = "as an older version wrote it";
    older.mark = rows.MarkOf(RowSet::kServed).value();
    ASSERT_TRUE(rows.Commit(RowSet::kServed, older).ok());
    Tally second(2);
    Runner runner(second, std::make_unique<LogFeed>(log), log, rows);
    runner.Start();
    ASSERT_TRUE(WaitFor(runner, Position{1}).ok());
    EXPECT_THAT(Texts(ada), ElementsAre("one"));
    EXPECT_EQ(rows.MarkOf(RowSet::kServed)->version, 2U);
}

}  // namespace
}  // namespace throughline
