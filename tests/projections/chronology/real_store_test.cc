// The chronology over sealed records: a pupil is erased while others go on being written about.
#include <thread>

#include <gtest/gtest.h>

#include "eventstore/store/erasure.h"
#include "projections/chronology/chronology.h"
#include "projections/runner/folding.h"
#include "projections/runner/log_feed.h"
#include "projections/runner/memory_rows.h"
#include "projections/runner/rocks_rows.h"
#include "projections/runner/runner.h"
#include "tests/eventstore/store/store_under_test.h"
#include "tests/projections/runner/pupil_facts.h"
#include "tests/projections/runner/temporary_folder.h"
#include "tests/projections/runner/waiting.h"

namespace throughline {
namespace {

class RealStoreTest : public testing::Test {
  protected:
    PupilFacts NewPupil(std::string_view upn) {
        PupilFacts facts;
        facts.pupil = store.Pupil(upn);
        return facts;
    }

    void Raise(const PupilFacts& about, const std::string& concern) {
        const NewEvent event = about.Event(about.Raised(PupilFacts::On(2025, 9, 1), concern));
        const auto appended = store.Append(NewCommand(), {event});
        ASSERT_TRUE(appended.ok()) << appended.status();
    }

    StoreUnderTest store;
    const TemporaryFolder folder;
    const Chronology view;
};

TEST_F(RealStoreTest, KeepsNothingOfAnErasedPupilInItsFiles) {
    const PupilFacts ada = NewPupil("A123456789012");
    const PupilFacts ben = NewPupil("B123456789012");
    auto rows = RocksRows::Open(folder.Path("rows"));
    ASSERT_TRUE(rows.ok()) << rows.status();
    Runner runner(view, std::make_unique<LogFeed>(store.log), store.log, **rows);
    runner.Start();
    for (int i = 0; i < 20; ++i) Raise(ada, "canary-of-ada");
    ASSERT_TRUE(WaitFor(runner, store.log.End()).ok());
    ASSERT_GT(folder.FilesWith("canary-of-ada"), 0);

    std::thread others([this, &ben] {
        for (int i = 0; i < 100; ++i) Raise(ben, "canary-of-ben");
    });
    Erasure erasure(store.log, store.records, *store.vault, store.clock);
    const auto erased = erasure.Erase(ada.pupil, "retention period ended", "operator-1");
    EXPECT_TRUE(erased.ok()) << erased.status();
    EXPECT_TRUE(runner.Rebuild().ok());
    others.join();
    ASSERT_TRUE(WaitFor(runner, store.log.End()).ok());

    EXPECT_EQ(folder.FilesWith("canary-of-ada"), 0);
    EXPECT_GT(folder.FilesWith("canary-of-ben"), 0);
    MemoryRows fresh;
    ASSERT_TRUE(FoldFromLog(view, store.log, fresh, RowSet::kServed, [] { return false; }).ok());
    EXPECT_EQ(*DigestRows(**rows, RowSet::kServed), *DigestRows(fresh, RowSet::kServed));
    EXPECT_EQ(runner.Status().parked_size(), 0);
}

TEST_F(RealStoreTest, GoesOnAfterEachRestartWhereItStood) {
    const PupilFacts ada = NewPupil("A123456789012");
    for (int start = 0; start < 4; ++start) {
        Raise(ada, "written while it was down");
        auto rows = RocksRows::Open(folder.Path("rows"));
        ASSERT_TRUE(rows.ok()) << rows.status();
        Runner runner(view, std::make_unique<LogFeed>(store.log), store.log, **rows);
        runner.Start();
        Raise(ada, "written while it was up");
        ASSERT_TRUE(WaitFor(runner, store.log.End()).ok());
        MemoryRows fresh;
        ASSERT_TRUE(FoldFromLog(view, store.log, fresh, RowSet::kServed, [] { return false; }).ok());
        EXPECT_EQ(*DigestRows(**rows, RowSet::kServed), *DigestRows(fresh, RowSet::kServed));
    }
}

}  // namespace
}  // namespace throughline
