// Which iterators are kept, what they see when they are used again, and when they are let go of.
#include "eventstore/log/kept_iterators.h"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "eventstore/base/limits.h"
#include "eventstore/disk/file_changes.h"
#include "eventstore/log/log_families.h"
#include "tests/eventstore/log/temporary_folder.h"

namespace throughline::testing {
namespace {

struct KeptIteratorsTest : ::testing::Test {
    [[nodiscard]] LogFamilies Open() const {
        auto kept_postings = std::make_shared<KeptIterators>();
        RocksOptions options = LogFamilies::Options(folder.path(), nullptr);
        options.create = true;
        options.listeners = {OnFileChanges([kept = std::weak_ptr(kept_postings)] {
            if (const auto there = kept.lock()) there->DropAll();
        })};
        return {OpenRocks(options).value(), std::move(kept_postings)};
    }
    void Put(const std::string& key) { EXPECT_TRUE(families.db().Put(Synced(), families.postings(), key, "row").ok()); }
    void Flush() { EXPECT_TRUE(families.db().Flush({}, families.postings()).ok()); }
    [[nodiscard]] bool Finds(const std::string& key) const {
        const LentIterator rows = families.IteratePostings();
        rows->Seek(key);
        return rows->Valid() && rows->key() == key;
    }
    /// The one that is lent next; nothing else uses it meanwhile.
    [[nodiscard]] const rocksdb::Iterator* Next() const { return &*families.IteratePostings(); }

    const TemporaryFolder folder;
    LogFamilies families = Open();
};

TEST_F(KeptIteratorsTest, LendsOneAgainWhichSeesWhatCameMeanwhile) {
    EXPECT_FALSE(Finds("a"));
    const rocksdb::Iterator* const first = Next();
    Put("a");
    EXPECT_TRUE(Finds("a"));
    EXPECT_EQ(Next(), first);
}

TEST_F(KeptIteratorsTest, LendsEachToOneAtATime) {
    EXPECT_NE(Next(), nullptr);
    const LentIterator one = families.IteratePostings();
    const LentIterator other = families.IteratePostings();
    EXPECT_NE(&*one, &*other);
}

TEST_F(KeptIteratorsTest, KeepsNoMoreThanItMay) {
    std::vector<LentIterator> lent;
    for (std::size_t i = 0; i <= limits::kKeptIteratorsMax; ++i) lent.push_back(families.IteratePostings());
    lent.clear();
    std::size_t kept = 0;
    while (families.kept_postings->Take()) ++kept;
    EXPECT_EQ(kept, limits::kKeptIteratorsMax);
}

TEST_F(KeptIteratorsTest, HoldsOnToNoFileThatIsNoLongerNeeded) {
    Put("a");
    Flush();
    EXPECT_TRUE(Finds("a"));
    LentIterator in_use = families.IteratePostings();
    { const LentIterator idle = families.IteratePostings(); }
    Put("b");
    Flush();
    EXPECT_EQ(families.kept_postings->Take(), nullptr) << "what was idle went with the change of files";
    EXPECT_TRUE(families.db().CompactRange({}, families.postings(), nullptr, nullptr).ok());
    { const LentIterator returned = std::move(in_use); }
    EXPECT_EQ(families.kept_postings->Take(), nullptr) << "so did what was in use";
    std::uint64_t versions = 0;
    EXPECT_TRUE(
        families.db().GetIntProperty(families.postings(), rocksdb::DB::Properties::kNumLiveVersions, &versions));
    EXPECT_EQ(versions, 1U);
    EXPECT_TRUE(Finds("a"));
    EXPECT_TRUE(Finds("b"));
}

TEST_F(KeptIteratorsTest, KeepsNoneThatMetAnError) {
    Put("a");
    Flush();
    for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
        if (file.path().extension() != ".sst") continue;
        std::fstream(file.path(), std::ios::in | std::ios::out | std::ios::binary) << "rot";
    }
    {
        const LentIterator rows = families.IteratePostings();
        rows->Seek("a");
        EXPECT_TRUE(rows->status().IsCorruption()) << rows->status().ToString();
    }
    EXPECT_EQ(families.kept_postings->Take(), nullptr);
}

TEST_F(KeptIteratorsTest, SeesAllThatWasThereBeforeWhileRowsComeAndGoIntoFiles) {
    constexpr std::uint64_t kRows = 3'000;
    constexpr std::uint64_t kRowsOfAFile = 50;
    const auto key_of = [](std::uint64_t row) { return fmt::format("{:08}", row); };
    std::atomic<std::uint64_t> rows = 0;
    std::thread writer([&] {
        for (std::uint64_t row = 0; row < kRows; ++row) {
            EXPECT_TRUE(families.db().Put({}, families.postings(), key_of(row), "row").ok());
            rows = row + 1;
            if (row % kRowsOfAFile == 0) Flush();
        }
    });
    std::vector<std::thread> readers;
    for (int reader = 0; reader < 2; ++reader) {
        readers.emplace_back([&] {
            for (std::uint64_t there = 0; there < kRows; there = rows) {
                EXPECT_TRUE(there == 0 || Finds(key_of(there - 1))) << there;
            }
        });
    }
    writer.join();
    for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace throughline::testing
