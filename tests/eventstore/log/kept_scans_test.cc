// Which scan goes on where, how many are kept, and when they are let go of.
#include "eventstore/log/kept_scans.h"

#include <gtest/gtest.h>

#include "eventstore/base/limits.h"
#include "eventstore/log/log_paths.h"
#include "eventstore/log/store_meta.h"
#include "tests/eventstore/log/checked_log.h"

namespace throughline::testing {
namespace {

constexpr Position kLast{kCheckedRecords - 1};

/// Scans over a log, which stop behind the first record of their walk.
struct KeptScansTest : ::testing::Test {
    KeptScansTest() { EXPECT_TRUE(LoadErasedSubjects(families, erased).ok()); }
    ~KeptScansTest() override { scans.DropAll(); }

    [[nodiscard]] std::unique_ptr<LogScan> Begun(const Walk& walk) const {
        auto scan = std::make_unique<LogScan>(families, erased, nullptr, walk, true);
        RecordView record;
        EXPECT_TRUE(scan->NextRecord(record).ok());
        return scan;
    }
    void KeepFrom(std::uint64_t position) { scans.Keep(Begun({Position{position}, kLast, false}), scans.files()); }
    [[nodiscard]] bool Goes(const Walk& walk, bool with_bodies = true) {
        return scans.Take(walk, with_bodies) != nullptr;
    }

    CheckedLog log;
    ErasedSubjects erased;
    LogFamilies families{OpenRocks(LogFamilies::Options(DatabasePath(log.path()), nullptr)).value()};
    KeptScans scans;
};

TEST_F(KeptScansTest, GivesAScanOnceToWhoeverGoesOnFromThere) {
    KeepFrom(5);
    EXPECT_FALSE(Goes({Position{5}, kLast, false})) << "it stands behind that";
    EXPECT_FALSE(Goes({Position{0}, Position{6}, true})) << "it goes the other way";
    EXPECT_FALSE(Goes({Position{6}, kLast, false}, false)) << "it has bodies";
    const auto scan = scans.Take({Position{6}, Position{7}, false}, true);
    ASSERT_NE(scan, nullptr);
    for (const std::uint64_t position : {6U, 7U}) {
        RecordView record;
        ASSERT_TRUE(scan->NextRecord(record).ok());
        EXPECT_EQ(record.position, Position{position});
    }
    EXPECT_EQ(scan->next(), std::nullopt) << "the new walk ends here";
    EXPECT_FALSE(Goes({Position{6}, kLast, false})) << "it was taken";
}

TEST_F(KeptScansTest, KeepsNoMoreThanItMayTheNewest) {
    for (std::uint64_t i = 0; i <= limits::kKeptScansMax; ++i) KeepFrom(10 * i);
    EXPECT_FALSE(Goes({Position{1}, kLast, false}));
    for (std::uint64_t i = 1; i <= limits::kKeptScansMax; ++i) EXPECT_TRUE(Goes({Position{10 * i + 1}, kLast, false}));
}

TEST_F(KeptScansTest, KeepsNothingOverAChangeOfFiles) {
    KeepFrom(5);
    const std::uint64_t files = scans.files();
    scans.DropAll();
    EXPECT_FALSE(Goes({Position{6}, kLast, false}));
    scans.Keep(Begun({Position{5}, kLast, false}), files);
    EXPECT_FALSE(Goes({Position{6}, kLast, false})) << "it began before the change";
    KeepFrom(5);
    EXPECT_TRUE(Goes({Position{6}, kLast, false}));
}

}  // namespace
}  // namespace throughline::testing
