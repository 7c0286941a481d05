// A file that is replaced has its old content or its new one, whatever strikes.
#include "eventstore/disk/durable_file.h"

#include <memory>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include "eventstore/disk/fault_file_system.h"
#include "tests/eventstore/disk/disk_folder.h"

namespace throughline::testing {
namespace {

TEST(DurableFileTest, ReadsBackWhatReplacedIt) {
    const DiskFolder folder;
    const std::string path = folder.Path("file");
    EXPECT_EQ(ReadDurableFile(nullptr, path).status().code(), absl::StatusCode::kNotFound);
    ASSERT_TRUE(ReplaceFile(nullptr, path, "old").ok());
    ASSERT_TRUE(ReplaceFile(nullptr, path, "the new one").ok());
    EXPECT_EQ(ReadDurableFile(nullptr, path).value(), "the new one");
    EXPECT_FALSE(ReplaceFile(nullptr, folder.Path("no such folder/file"), "x").ok());
}

TEST(DurableFileTest, IsOldOrNewWhereverAFaultStrikes) {
    for (const Fault fault : {Fault::kIoError, Fault::kNoSpace, Fault::kKill}) {
        for (std::uint64_t nth = 1;; ++nth) {
            SCOPED_TRACE(fmt::format("fault {} at operation {}", static_cast<int>(fault), nth));
            const DiskFolder folder;
            const std::string path = folder.Path("file");
            const auto faults = std::make_shared<FaultFileSystem>(rocksdb::FileSystem::Default());
            const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(faults);
            ASSERT_TRUE(ReplaceFile(env.get(), path, "old").ok());
            faults->FailAt(nth, fault);
            const bool replaced = ReplaceFile(env.get(), path, "new").ok();
            const bool fired = faults->fired();
            faults->Heal();
            ASSERT_TRUE(faults->DropUnsynced().ok());
            const auto content = ReadDurableFile(env.get(), path);
            ASSERT_TRUE(content.ok()) << content.status();
            EXPECT_TRUE(*content == "new" || (*content == "old" && !replaced)) << *content;
            ASSERT_TRUE(ReplaceFile(env.get(), path, "newest").ok()) << "what was left behind is no obstacle";
            if (!fired) break;
        }
    }
}

}  // namespace
}  // namespace throughline::testing
