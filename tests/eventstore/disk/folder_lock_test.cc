// Readers share a folder; whoever would have it alone has it only without them.
#include "eventstore/disk/folder_lock.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <optional>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "tests/eventstore/disk/disk_folder.h"

namespace throughline::testing {
namespace {

TEST(FolderLockTest, IsSharedByReadersOrHeldAlone) {
    const DiskFolder folder;
    std::optional<FolderLock> one = FolderLock::Share(folder.Path(""));
    std::optional<FolderLock> other = FolderLock::Share(folder.Path(""));
    ASSERT_TRUE(one && other);
    EXPECT_FALSE(FolderLock::TryAlone(folder.Path("")));
    one.reset();
    EXPECT_FALSE(FolderLock::TryAlone(folder.Path("")));
    other.reset();
    EXPECT_TRUE(FolderLock::TryAlone(folder.Path("")));
}

TEST(FolderLockTest, MakesReadersWaitForWhoHasItAlone) {
    const DiskFolder folder;
    std::optional<FolderLock> alone = FolderLock::TryAlone(folder.Path(""));
    ASSERT_TRUE(alone);
    std::promise<void> begins;
    std::atomic<bool> has_it = false;
    std::thread reader([&] {
        begins.set_value();
        has_it = FolderLock::Share(folder.Path("")).has_value();
    });
    begins.get_future().wait();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_FALSE(has_it);
    alone.reset();
    reader.join();
    EXPECT_TRUE(has_it);
}

TEST(FolderLockTest, GoesWhereItIsMovedTo) {
    const DiskFolder folder;
    std::optional<FolderLock> lock = FolderLock::Share(folder.Path(""));
    ASSERT_TRUE(lock);
    {
        const FolderLock moved = *std::move(lock);
        lock.reset();
        EXPECT_FALSE(FolderLock::TryAlone(folder.Path("")));
    }
    EXPECT_TRUE(FolderLock::TryAlone(folder.Path("")));
}

TEST(FolderLockTest, LeavesTheFolderAsItIsAndNeedsOne) {
    const DiskFolder folder;
    const std::optional<FolderLock> lock = FolderLock::Share(folder.Path(""));
    EXPECT_TRUE(std::filesystem::is_empty(folder.Path("")));
    EXPECT_FALSE(FolderLock::Share(folder.Path("nothing")));
    EXPECT_FALSE(FolderLock::TryAlone(folder.Path("nothing")));
}

}  // namespace
}  // namespace throughline::testing
