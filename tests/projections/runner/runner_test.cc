// How a view is kept up to date: in order, each record once, whatever feeds it.
#include "projections/runner/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/projections/runner/runner_under_test.h"
#include "tests/projections/runner/scripted_feed.h"

namespace throughline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RunnerTest : public testing::Test, protected RunnerUnderTest {
  protected:
    std::string Raise(const std::string& concern) { return log.Add(ada.Event(ada.Raised(day, concern))); }

    const events::v1::Date day = PupilFacts::On(2025, 9, 1);
    const PupilFacts ada;
    const PupilFacts ben;
};

TEST_F(RunnerTest, TakesInWhatIsThereAndWhatComesLater) {
    Raise("one");
    const auto runner = FromLog();
    runner->Start();
    ASSERT_TRUE(WaitFor(*runner, Position{1}).ok());
    Raise("two");
    ASSERT_TRUE(WaitFor(*runner, Position{2}).ok());
    EXPECT_THAT(Texts(ada), ElementsAre("one", "two"));
    EXPECT_EQ(runner->Status().records(), 2U);
    EXPECT_EQ(runner->Status().source(), "log");
    EXPECT_EQ(runner->Status().trouble(), "");
}

TEST_F(RunnerTest, CountsRecordsThatAreNotForIt) {
    NewEvent other = ada.Event(ada.Raised(day, "not shown"));
    other.tags = {"school:1"};
    log.Add(other);
    const auto runner = FromLog();
    runner->Start();
    ASSERT_TRUE(WaitFor(*runner, Position{1}).ok());
    EXPECT_THAT(Texts(ada), IsEmpty());
}

TEST_F(RunnerTest, DropsRepeatsAndReadsWhatIsMissingFromTheLog) {
    for (const char* concern : {"one", "two", "three", "four"}) Raise(concern);
    const std::vector<FeedItem> items = Items();
    Script script;
    Runner runner(view, std::make_unique<ScriptedFeed>(script), log, rows);
    script.Bring({items[0], items[0], items[3], items[1]});
    runner.Start();
    ASSERT_TRUE(WaitFor(runner, Position{4}).ok());
    EXPECT_THAT(Texts(ada), ElementsAre("one", "two", "three", "four"));
    EXPECT_EQ(Digest(), DigestOfOneGo());
    EXPECT_EQ(rows.MarkOf(RowSet::kServed)->bookmark, "after 3");
}

TEST_F(RunnerTest, GoesOnAtTheBookmarkOfTheLastRecordItTookIn) {
    Raise("one");
    Script script;
    script.Bring(Items());
    {
        Runner runner(view, std::make_unique<ScriptedFeed>(script), log, rows);
        runner.Start();
        ASSERT_TRUE(WaitFor(runner, Position{1}).ok());
    }
    Runner runner(view, std::make_unique<ScriptedFeed>(script), log, rows);
    runner.Start();
    ASSERT_TRUE(WaitFor(runner, Position{1}).ok());
    EXPECT_TRUE(Eventually([&script] {
        const std::lock_guard lock(script.mutex);
        return script.started_bookmark == "after 0";
    }));
}

TEST_F(RunnerTest, ShowsTheLatestValueOfACorrectedFactAndNothingOfAnAnnulledOne) {
    const std::string first = Raise("wrong");
    const std::string second = Raise("never happened");
    const auto runner = FromLog();
    runner->Start();
    ASSERT_TRUE(WaitFor(*runner, Position{2}).ok());
    log.Add(ada.Event(PupilFacts::Correction(first, ada.Raised(day, "right"), "misheard")));
    log.Add(ada.Event(PupilFacts::Annulment(second, "another pupil's")));
    ASSERT_TRUE(WaitFor(*runner, Position{4}).ok());
    EXPECT_THAT(Texts(ada), ElementsAre("right"));
    EXPECT_EQ(Digest(), DigestOfOneGo());
}

TEST_F(RunnerTest, ParksOnlyTheGroupThatItCannotFold) {
    Raise("one");
    Raise(std::string(Tally::kUnfoldable));
    Raise("two");
    log.Add(ben.Event(ben.Raised(day, "bens")));
    const auto runner = FromLog();
    runner->Start();
    ASSERT_TRUE(WaitFor(*runner, Position{4}).ok());
    EXPECT_THAT(Texts(ada), ElementsAre("one"));
    EXPECT_THAT(Texts(ben), ElementsAre("bens"));
    const views::v1::FollowerStatus status = runner->Status();
    ASSERT_EQ(status.parked_size(), 1);
    EXPECT_EQ(status.parked(0).group(), ada.Group());
    EXPECT_EQ(status.parked(0).reason(), "position 1 cannot be folded");
    EXPECT_EQ(status.trouble(), "");
}

TEST_F(RunnerTest, TakesAParkedGroupUpAgainWhenItStarts) {
    Raise(std::string(Tally::kUnfoldable));
    Raise("two");
    {
        const auto runner = FromLog();
        runner->Start();
        ASSERT_TRUE(WaitFor(*runner, Position{2}).ok());
        ASSERT_EQ(runner->Status().parked_size(), 1);
    }
    view.Repair();
    const auto runner = FromLog();
    runner->Start();
    ASSERT_TRUE(WaitFor(*runner, Position{2}).ok());
    EXPECT_EQ(runner->Status().parked_size(), 0);
    EXPECT_THAT(Texts(ada), ElementsAre(std::string(Tally::kUnfoldable), "two"));
    EXPECT_EQ(Digest(), DigestOfOneGo());
}

TEST_F(RunnerTest, ErasesAlsoWhatIsParked) {
    Raise("one");
    Raise(std::string(Tally::kUnfoldable));
    const auto runner = FromLog();
    runner->Start();
    ASSERT_TRUE(WaitFor(*runner, Position{2}).ok());
    log.Erase(ada.pupil);
    ASSERT_TRUE(WaitFor(*runner, Position{3}).ok());
    EXPECT_THAT(Texts(ada), IsEmpty());
    EXPECT_EQ(runner->Status().parked_size(), 0);
    EXPECT_EQ(Digest(), DigestOfOneGo());
}

TEST_F(RunnerTest, SaysWhatKeepsItFromGoingOnAndGoesOnByItself) {
    Raise("one");
    Script script;
    script.failures = 2;
    script.Bring(Items());
    Runner runner(view, std::make_unique<ScriptedFeed>(script), log, rows);
    runner.Start();
    EXPECT_TRUE(Eventually([&runner] { return runner.Status().trouble() == "the broker is out of reach"; }));
    ASSERT_TRUE(WaitFor(runner, Position{1}).ok());
    EXPECT_TRUE(Eventually([&runner] { return runner.Status().trouble().empty(); }));
    EXPECT_THAT(Texts(ada), ElementsAre("one"));
}

TEST_F(RunnerTest, TriesAgainRatherThanParkWhenTheLogIsOutOfReach) {
    const std::string first = Raise("wrong");
    Script script;
    Runner runner(view, std::make_unique<ScriptedFeed>(script), log, rows);
    runner.Start();
    ASSERT_TRUE(WaitFor(runner, Position{0}).ok());
    log.Add(ada.Event(PupilFacts::Correction(first, ada.Raised(day, "right"), "misheard")));
    log.FailReads(3);
    script.Bring(Items());
    ASSERT_TRUE(WaitFor(runner, Position{2}).ok());
    EXPECT_EQ(runner.Status().parked_size(), 0);
    EXPECT_THAT(Texts(ada), ElementsAre("right"));
}

TEST_F(RunnerTest, DropsTheRowsOfAnotherLog) {
    RowChanges changes;
    changes.rows[{ben.Group(), "text/0"}] = "of a store that is no more";
    changes.mark = {Position{40}, view.Version(), RandomUuid(), "bookmark"};
    ASSERT_TRUE(rows.Commit(RowSet::kServed, changes).ok());
    Raise("one");
    const auto runner = FromLog();
    runner->Start();
    ASSERT_TRUE(WaitFor(*runner, Position{1}).ok());
    EXPECT_EQ(Digest(), DigestOfOneGo());
}

TEST_F(RunnerTest, LetsWhoWaitsGoWhenItStops) {
    const auto runner = FromLog();
    runner->Start();
    absl::Status answer;
    runner->WhenReached(Position{1}, std::chrono::steady_clock::now() + std::chrono::hours(1),
                        [&answer](const absl::Status& status) { answer = status; });
    runner->Stop();
    EXPECT_TRUE(absl::IsUnavailable(answer));
}

}  // namespace
}  // namespace throughline
