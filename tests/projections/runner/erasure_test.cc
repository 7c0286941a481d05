// What is left of an erased pupil in the files of a view: nothing.
#include <gtest/gtest.h>

#include "projections/runner/rocks_rows.h"
#include "tests/projections/runner/runner_under_test.h"
#include "tests/projections/runner/temporary_folder.h"

namespace throughline {
namespace {

class ErasureTest : public testing::Test, protected RunnerUnderTest {
  protected:
    void Raise(const PupilFacts& pupil, const std::string& concern) {
        log.Add(pupil.Event(pupil.Raised(PupilFacts::On(2025, 9, 1), concern)));
    }

    const PupilFacts ada;
    const PupilFacts ben;
    const TemporaryFolder folder;
};

TEST_F(ErasureTest, LeavesNoFileWithAnythingOfThePupil) {
    auto on_disk = RocksRows::Open(folder.Path("rows"));
    ASSERT_TRUE(on_disk.ok()) << on_disk.status();
    Runner runner(view, std::make_unique<LogFeed>(log), log, **on_disk);
    runner.Start();
    for (int i = 0; i < 50; ++i) {
        Raise(ada, "canary-of-ada");
        Raise(ben, "canary-of-ben");
    }
    ASSERT_TRUE(WaitFor(runner, Position{100}).ok());
    ASSERT_TRUE(runner.Rebuild().ok());
    ASSERT_GT(folder.FilesWith("canary-of-ada"), 0);
    log.Erase(ada.pupil);
    ASSERT_TRUE(WaitFor(runner, Position{101}).ok());
    EXPECT_EQ(folder.FilesWith("canary-of-ada"), 0);
    EXPECT_GT(folder.FilesWith("canary-of-ben"), 0);
    EXPECT_EQ(*DigestRows(**on_disk, RowSet::kServed), DigestOfOneGo());
}

TEST_F(ErasureTest, ReachesRowsOfARebuildThatWasGivenUp) {
    auto on_disk = RocksRows::Open(folder.Path("rows"));
    ASSERT_TRUE(on_disk.ok()) << on_disk.status();
    Raise(ada, "canary-of-ada");
    Raise(ben, "canary-of-ben");
    ASSERT_TRUE(FoldFromLog(view, log, **on_disk, RowSet::kBeside, [] { return false; }).ok());
    on_disk->reset();
    log.Erase(ada.pupil);
    on_disk = RocksRows::Open(folder.Path("rows"));
    ASSERT_TRUE(on_disk.ok()) << on_disk.status();
    Runner runner(view, std::make_unique<LogFeed>(log), log, **on_disk);
    runner.Start();
    ASSERT_TRUE(WaitFor(runner, Position{3}).ok());
    EXPECT_EQ(folder.FilesWith("canary-of-ada"), 0);
    EXPECT_GT(folder.FilesWith("canary-of-ben"), 0);
}

}  // namespace
}  // namespace throughline
