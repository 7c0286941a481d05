// What every store of rows does, in memory and on disk; and what only files have to do.
#include "projections/runner/row_store.h"

#include <sys/stat.h>

#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include "projections/runner/memory_rows.h"
#include "projections/runner/rocks_rows.h"
#include "tests/projections/runner/temporary_folder.h"

namespace throughline {
namespace {

RowChanges Put(const std::string& group, const std::string& key, const std::string& value, std::uint64_t next = 1) {
    RowChanges changes;
    changes.rows[{group, key}] = value;
    changes.mark.next = Position{next};
    changes.mark.version = 3;
    changes.mark.bookmark = "bookmark";
    return changes;
}

class RowStoreTest : public testing::TestWithParam<bool> {
  protected:
    RowStoreTest() {
        if (GetParam()) {
            auto rocks = RocksRows::Open(folder_.Path("rows"));
            EXPECT_TRUE(rocks.ok()) << rocks.status();
            rows_ = *std::move(rocks);
        } else {
            rows_ = std::make_unique<MemoryRows>();
        }
    }

    std::vector<Row> Scan(RowSet set, const std::string& group) {
        return rows_->Scan(set, group, std::nullopt, 100).value();
    }

    TemporaryFolder folder_;
    std::unique_ptr<RowStore> rows_;
};

TEST_P(RowStoreTest, BeginsEmpty) {
    EXPECT_EQ(*rows_->MarkOf(RowSet::kServed), Mark{});
    EXPECT_TRUE(Scan(RowSet::kServed, "g").empty());
    EXPECT_EQ(*rows_->Get(RowSet::kServed, "g", "k"), std::nullopt);
}

TEST_P(RowStoreTest, CommitsRowsAndMarkTogether) {
    ASSERT_TRUE(rows_->Commit(RowSet::kServed, Put("g", "k", "v", 7)).ok());
    const absl::StatusOr<Mark> mark = rows_->MarkOf(RowSet::kServed);
    EXPECT_EQ(ToUint64(mark->next), 7U);
    EXPECT_EQ(mark->version, 3U);
    EXPECT_EQ(mark->bookmark, "bookmark");
    EXPECT_EQ(*rows_->Get(RowSet::kServed, "g", "k"), "v");
    EXPECT_EQ(*rows_->Get(RowSet::kBeside, "g", "k"), std::nullopt);
}

TEST_P(RowStoreTest, ScansOneGroupInOrderAndInPages) {
    RowChanges changes;
    for (const char* key : {"b", "a", "c", "ba"}) changes.rows[{"g", key}] = key;
    changes.rows[{"ga", "x"}] = "of another group whose name begins alike";
    changes.rows[{"f", "x"}] = "of another group";
    ASSERT_TRUE(rows_->Commit(RowSet::kServed, changes).ok());
    EXPECT_EQ(*rows_->Scan(RowSet::kServed, "g", std::nullopt, 2), (std::vector<Row>{{"a", "a"}, {"b", "b"}}));
    EXPECT_EQ(*rows_->Scan(RowSet::kServed, "g", "b", 5), (std::vector<Row>{{"ba", "ba"}, {"c", "c"}}));
}

TEST_P(RowStoreTest, DropsAGroupBeforeItPutsRows) {
    ASSERT_TRUE(rows_->Commit(RowSet::kServed, Put("g", "old", "v")).ok());
    ASSERT_TRUE(rows_->Commit(RowSet::kServed, Put("h", "other", "v")).ok());
    RowChanges changes = Put("g", "new", "v");
    changes.dropped.insert("g");
    ASSERT_TRUE(rows_->Commit(RowSet::kServed, changes).ok());
    EXPECT_EQ(Scan(RowSet::kServed, "g"), (std::vector<Row>{{"new", "v"}}));
    EXPECT_EQ(Scan(RowSet::kServed, "h").size(), 1U);
}

TEST_P(RowStoreTest, KeepsWhyAGroupIsParkedUntilItGoesOn) {
    RowChanges changes = Put("g", "k", "v");
    changes.parked["g"] = "because";
    ASSERT_TRUE(rows_->Commit(RowSet::kServed, changes).ok());
    EXPECT_EQ(rows_->Parked(RowSet::kServed)->at("g"), "because");
    EXPECT_TRUE(rows_->Parked(RowSet::kBeside)->empty());
    changes.parked["g"] = std::nullopt;
    ASSERT_TRUE(rows_->Commit(RowSet::kServed, changes).ok());
    EXPECT_TRUE(rows_->Parked(RowSet::kServed)->empty());
}

TEST_P(RowStoreTest, SwapsWhatWasBuiltBesideForWhatIsServed) {
    for (const char* value : {"first", "second", "third"}) {
        ASSERT_TRUE(rows_->Commit(RowSet::kBeside, Put("g", value, value, 9)).ok());
        ASSERT_TRUE(rows_->Swap("resume here").ok());
        EXPECT_EQ(Scan(RowSet::kServed, "g"), (std::vector<Row>{{value, value}}));
        EXPECT_TRUE(Scan(RowSet::kBeside, "g").empty());
        EXPECT_EQ(rows_->MarkOf(RowSet::kServed)->bookmark, "resume here");
        EXPECT_EQ(*rows_->MarkOf(RowSet::kBeside), Mark{});
    }
}

TEST_P(RowStoreTest, HasOneDigestForTheSameRows) {
    MemoryRows other;
    for (const char* group : {"ab", "a", "b"}) {
        ASSERT_TRUE(rows_->Commit(RowSet::kServed, Put(group, "k", "v", 1)).ok());
    }
    for (const char* group : {"b", "ab", "a"}) {
        ASSERT_TRUE(other.Commit(RowSet::kServed, Put(group, "k", "v", 9)).ok());
    }
    EXPECT_EQ(*DigestRows(*rows_, RowSet::kServed), *DigestRows(other, RowSet::kServed));
    ASSERT_TRUE(other.Commit(RowSet::kServed, Put("b", "k", "w")).ok());
    EXPECT_NE(*DigestRows(*rows_, RowSet::kServed), *DigestRows(other, RowSet::kServed));
}

INSTANTIATE_TEST_SUITE_P(Kinds, RowStoreTest, testing::Bool(),
                         [](const auto& kind) { return kind.param ? "OnDisk" : "InMemory"; });

TEST(RocksRowsTest, HasEverythingAgainAfterItWasClosed) {
    const TemporaryFolder folder;
    {
        auto rows = RocksRows::Open(folder.Path("rows"));
        ASSERT_TRUE(rows.ok()) << rows.status();
        ASSERT_TRUE((*rows)->Commit(RowSet::kBeside, Put("g", "k", "served", 4)).ok());
        ASSERT_TRUE((*rows)->Swap("b").ok());
        ASSERT_TRUE((*rows)->Commit(RowSet::kBeside, Put("g", "k", "given up", 2)).ok());
    }
    auto rows = RocksRows::Open(folder.Path("rows"));
    ASSERT_TRUE(rows.ok()) << rows.status();
    EXPECT_EQ(*(*rows)->Get(RowSet::kServed, "g", "k"), "served");
    EXPECT_EQ(ToUint64((*rows)->MarkOf(RowSet::kServed)->next), 4U);
    EXPECT_EQ(*(*rows)->Get(RowSet::kBeside, "g", "k"), std::nullopt);
}

TEST(RocksRowsTest, KeepsItsFilesToItsOwner) {
    const TemporaryFolder folder;
    auto rows = RocksRows::Open(folder.Path("rows"));
    ASSERT_TRUE(rows.ok()) << rows.status();
    RowChanges changes = Put("g", "k", "v");
    changes.purge = true;
    ASSERT_TRUE((*rows)->Commit(RowSet::kServed, changes).ok());
    ASSERT_TRUE((*rows)->Purge().ok());
    struct stat about {};
    ASSERT_EQ(::stat(folder.Path("rows").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0700U);
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.Path("rows"))) {
        ASSERT_EQ(::stat(entry.path().c_str(), &about), 0);
        EXPECT_EQ(about.st_mode & 0777U, 0600U) << entry.path();
        ++files;
    }
    EXPECT_GT(files, 4);
}

TEST(RocksRowsTest, IsBegunAnewWhereItIsDamaged) {
    const TemporaryFolder folder;
    {
        auto rows = RocksRows::Open(folder.Path("rows"));
        ASSERT_TRUE(rows.ok()) << rows.status();
        ASSERT_TRUE((*rows)->Commit(RowSet::kServed, Put("g", "k", "v", 4)).ok());
    }
    std::ofstream(folder.Path("rows") + "/CURRENT", std::ios::trunc) << "garbage\n";
    auto rows = RocksRows::Open(folder.Path("rows"));
    ASSERT_TRUE(rows.ok()) << rows.status();
    EXPECT_EQ(*(*rows)->MarkOf(RowSet::kServed), Mark{});
}

TEST(RocksRowsTest, RefusesASecondProcess) {
    const TemporaryFolder folder;
    auto rows = RocksRows::Open(folder.Path("rows"));
    ASSERT_TRUE(rows.ok()) << rows.status();
    EXPECT_TRUE(absl::IsUnavailable(RocksRows::Open(folder.Path("rows")).status()));
}

TEST(RocksRowsTest, LeavesNothingOfDroppedRowsInItsFilesAfterAPurge) {
    const TemporaryFolder folder;
    auto rows = RocksRows::Open(folder.Path("rows"));
    ASSERT_TRUE(rows.ok()) << rows.status();
    ASSERT_TRUE((*rows)->Commit(RowSet::kServed, Put("g", "k", "canary-of-g")).ok());
    ASSERT_TRUE((*rows)->Commit(RowSet::kServed, Put("h", "k", "canary-of-h")).ok());
    ASSERT_EQ(folder.FilesWith("canary-of-g"), 1);
    RowChanges changes = Put("h", "l", "v");
    changes.dropped.insert("g");
    changes.purge = true;
    ASSERT_TRUE((*rows)->Commit(RowSet::kServed, changes).ok());
    ASSERT_TRUE((*rows)->Purge().ok());
    EXPECT_EQ(folder.FilesWith("canary-of-g"), 0);
    EXPECT_EQ(folder.FilesWith("canary-of-h"), 1);
}

TEST(RocksRowsTest, PurgesWhenItOpensWhatWasOwed) {
    const TemporaryFolder folder;
    {
        auto rows = RocksRows::Open(folder.Path("rows"));
        ASSERT_TRUE(rows.ok()) << rows.status();
        ASSERT_TRUE((*rows)->Commit(RowSet::kServed, Put("g", "k", "canary-of-g")).ok());
        RowChanges changes = Put("h", "l", "v");
        changes.dropped.insert("g");
        changes.purge = true;
        ASSERT_TRUE((*rows)->Commit(RowSet::kServed, changes).ok());
    }
    ASSERT_GT(folder.FilesWith("canary-of-g"), 0);
    auto rows = RocksRows::Open(folder.Path("rows"));
    ASSERT_TRUE(rows.ok()) << rows.status();
    EXPECT_EQ(folder.FilesWith("canary-of-g"), 0);
}

}  // namespace
}  // namespace throughline
