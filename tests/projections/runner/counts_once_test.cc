// P9, views count once: repeats, disorder, gaps and crashes change nothing.
#include <cstdlib>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "projections/runner/rocks_rows.h"
#include "tests/projections/runner/failing_rows.h"
#include "tests/projections/runner/runner_under_test.h"
#include "tests/projections/runner/scripted_feed.h"
#include "tests/projections/runner/temporary_folder.h"

namespace throughline {
namespace {

// Chosen anew for each run, printed when it fails, and given back by THROUGHLINE_SEED.
unsigned Seed() {
    const char* given = std::getenv("THROUGHLINE_SEED");
    return given == nullptr ? std::random_device{}() : static_cast<unsigned>(std::stoul(given));
}

class CountsOnceTest : public testing::Test, protected RunnerUnderTest {
  protected:
    // A history with everything in it: facts, corrections, annulments, and what cannot be folded.
    void FillLog(std::mt19937& random, int records) {
        const std::vector<PupilFacts> pupils(4);
        std::vector<std::pair<std::size_t, std::string>> raised;
        for (int i = 0; i < records; ++i) {
            const std::size_t whose = random() % pupils.size();
            const PupilFacts& pupil = pupils[whose];
            const events::v1::Fact fact = pupil.Raised(PupilFacts::On(2025, 9, 1 + static_cast<int>(random() % 28)),
                                                       "concern " + std::to_string(i));
            const auto kind = random() % 10;
            if (kind < 6 || raised.empty()) {
                raised.emplace_back(whose, log.Add(pupil.Event(fact)));
                continue;
            }
            const auto& [about, event] = raised[random() % raised.size()];
            const PupilFacts& owner = pupils[about];
            if (kind < 8) {
                log.Add(owner.Event(PupilFacts::Correction(event, fact, "misheard")));
            } else {
                log.Add(owner.Event(PupilFacts::Annulment(event, "another pupil's")));
            }
        }
    }

    // Every record at least once, in batches, with repeats, swaps and holes that a later delivery fills.
    void BringInDisorder(std::mt19937& random, Script& script) {
        std::vector<FeedItem> items = Items();
        const std::vector<FeedItem> all = items;
        for (std::size_t i = 0; i < all.size() / 2; ++i) items.push_back(all[random() % all.size()]);
        for (std::size_t i = 0; i + 1 < items.size(); ++i) {
            if (random() % 3 == 0) std::swap(items[i], items[std::min(items.size() - 1, i + random() % 9)]);
        }
        items.push_back(all.back());
        for (std::size_t i = 0; i < items.size();) {
            const std::size_t most = std::min<std::size_t>(items.size() - i, 1 + random() % 20);
            const auto first = items.begin() + static_cast<std::ptrdiff_t>(i);
            script.Bring({first, first + static_cast<std::ptrdiff_t>(most)});
            i += most;
        }
    }
};

TEST_F(CountsOnceTest, WhateverTheOrderInWhichRecordsAreDelivered) {
    const unsigned seed = Seed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    FillLog(random, 200);
    log.SetBatch(13);
    const std::string expected = DigestOfOneGo();
    for (int round = 0; round < 20; ++round) {
        MemoryRows fresh;
        Script script;
        BringInDisorder(random, script);
        Runner runner(view, std::make_unique<ScriptedFeed>(script), log, fresh);
        runner.Start();
        ASSERT_TRUE(WaitFor(runner, log.End()).ok());
        runner.Stop();
        ASSERT_EQ(*DigestRows(fresh, RowSet::kServed), expected) << "round " << round;
    }
}

TEST_F(CountsOnceTest, WhereverTheProcessEnds) {
    const unsigned seed = Seed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    FillLog(random, 40);
    log.SetBatch(5);
    const std::string expected = DigestOfOneGo();
    bool completed = false;
    for (int fail_at = 1; !completed; ++fail_at) {
        ASSERT_LT(fail_at, 2'000);
        MemoryRows kept;
        FailingRows failing(kept, fail_at);
        const auto never = [] { return false; };
        const absl::Status first = FoldFromLog(view, log, failing, RowSet::kServed, never);
        completed = !failing.failed();
        ASSERT_EQ(first.ok(), completed);
        // The process starts again on what was kept.
        ASSERT_TRUE(FoldFromLog(view, log, kept, RowSet::kServed, never).ok());
        ASSERT_EQ(*DigestRows(kept, RowSet::kServed), expected) << "failed at call " << fail_at;
    }
}

TEST_F(CountsOnceTest, WhenTheDiskRefusesNowAndThen) {
    std::mt19937 random(4711);
    FillLog(random, 60);
    for (int fail_at = 1; fail_at < 25; ++fail_at) {
        MemoryRows kept;
        {
            FailingRows failing(kept, fail_at);
            Runner runner(view, std::make_unique<LogFeed>(log), log, failing);
            runner.Start();
            ASSERT_TRUE(Eventually([&] { return failing.failed() || runner.Status().records() == 60; }));
        }
        Runner runner(view, std::make_unique<LogFeed>(log), log, kept);
        runner.Start();
        ASSERT_TRUE(WaitFor(runner, Position{60}).ok());
        runner.Stop();
        ASSERT_EQ(*DigestRows(kept, RowSet::kServed), DigestOfOneGo()) << "failed at call " << fail_at;
    }
}

TEST_F(CountsOnceTest, OnDiskAsInMemory) {
    std::mt19937 random(4712);
    FillLog(random, 200);
    log.SetBatch(20);
    const TemporaryFolder folder;
    for (int start = 0; start < 3; ++start) {
        auto on_disk = RocksRows::Open(folder.Path("rows"));
        ASSERT_TRUE(on_disk.ok()) << on_disk.status();
        Runner runner(view, std::make_unique<LogFeed>(log), log, **on_disk);
        runner.Start();
        ASSERT_TRUE(WaitFor(runner, log.End()).ok());
        EXPECT_EQ(*DigestRows(**on_disk, RowSet::kServed), DigestOfOneGo());
        ASSERT_TRUE(runner.Rebuild().ok());
        EXPECT_EQ(*DigestRows(**on_disk, RowSet::kServed), DigestOfOneGo());
        runner.Stop();
        FillLog(random, 30);
    }
}

}  // namespace
}  // namespace throughline
