// The disk's own time: measured on a scratch file that is gone afterwards.
#include "services/throughline/bench/disk_sync.h"

#include <unistd.h>

#include <filesystem>

#include <gtest/gtest.h>

#include "services/throughline/exit_code.h"

namespace throughline {
namespace {

TEST(DiskSyncTest, TimesEachSyncAndLeavesNothingBehind) {
    char made[] = "/tmp/throughline-disk-sync-XXXXXX";
    const std::string folder = mkdtemp(made);
    const auto took = MeasureDiskSync(folder, std::chrono::milliseconds(20));
    ASSERT_TRUE(took.ok()) << took.status();
    EXPECT_GT(took->count(), 0U);
    EXPECT_GT(took->max().count(), 0);
    EXPECT_TRUE(std::filesystem::is_empty(folder));
    std::filesystem::remove_all(folder);
}

TEST(DiskSyncTest, NeedsAFolder) {
    EXPECT_EQ(ExitCodeOf(MeasureDiskSync("/nowhere/at/all", std::chrono::milliseconds(1)).status()),
              ExitCode::kNotFound);
}

}  // namespace
}  // namespace throughline
