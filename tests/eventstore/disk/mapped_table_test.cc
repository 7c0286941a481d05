// A mapped table says what RocksDB put into it, or nothing.
#include "eventstore/disk/mapped_table.h"

#include <filesystem>
#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>

#include "tests/eventstore/disk/disk_folder.h"

namespace throughline::testing {
namespace {

using Content = std::map<std::uint64_t, std::string>;

std::string KeyOf(std::uint64_t number) {
    std::string key(8, '\0');
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<char>(number >> (56 - 8 * i));
    return key;
}

/// Rows of all sizes under keys that lie unevenly far apart, some of which end in zeros.
Content SomeRows(std::size_t rows, unsigned seed) {
    std::mt19937 random(seed);
    Content content;
    std::uint64_t key = random() % 2 * 1'000;
    for (std::size_t i = 0; i < rows; ++i) {
        content[key] = std::string(random() % (i % 5 == 0 ? 9'000 : 900), static_cast<char>('a' + random() % 26));
        const std::uint64_t next = key + 1 + random() % (i % 7 == 0 ? 100'000 : 5);
        key = i % 11 == 0 ? (next + 255) / 256 * 256 : next;
    }
    return content;
}

struct MappedTableTest : ::testing::Test {
    void Write(const Content& content, const rocksdb::BlockBasedTableOptions& table = {},
               const std::string& deleted = {}) {
        rocksdb::Options options;
        options.compression = rocksdb::kNoCompression;
        options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
        rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options);
        ASSERT_TRUE(writer.Open(path).ok());
        for (const auto& [key, value] : content) ASSERT_TRUE(writer.Put(KeyOf(key), value).ok());
        if (!deleted.empty()) {
            ASSERT_TRUE(writer.Delete(deleted).ok());
        }
        ASSERT_TRUE(writer.Finish().ok());
    }
    [[nodiscard]] std::unique_ptr<const MappedTable> Open() const {
        return MappedTable::Open(*rocksdb::FileSystem::Default(), path);
    }
    /// Everything that the table says; blocks that it does not read are left out.
    static Content Said(const MappedTable& table) {
        Content said;
        MappedTable::Rows rows;
        for (std::size_t block = 0; block < table.blocks(); ++block) {
            if (!table.ReadBlock(block, rows)) continue;
            for (const MappedTable::Row& row : rows) said[row.key] = row.value;
        }
        return said;
    }

    DiskFolder folder;
    const std::string path = folder.Path("000007.sst");
};

TEST_F(MappedTableTest, SaysWhatIsInItBlockByBlock) {
    for (unsigned seed = 1; seed <= 5; ++seed) {
        const Content content = SomeRows(400, seed);
        Write(content);
        const auto table = Open();
        ASSERT_NE(table, nullptr);
        EXPECT_GT(table->blocks(), 20U);
        EXPECT_EQ(Said(*table), content) << "seed " << seed;
    }
}

TEST_F(MappedTableTest, FindsTheBlockOfEachKey) {
    for (unsigned seed = 1; seed <= 5; ++seed) {
        const Content content = SomeRows(400, seed);
        Write(content);
        const auto table = Open();
        ASSERT_NE(table, nullptr);
        MappedTable::Rows rows;
        for (const auto& [key, value] : content) {
            const std::size_t block = table->BlockOf(key);
            ASSERT_LT(block, table->blocks());
            ASSERT_TRUE(table->ReadBlock(block, rows));
            const auto row = std::ranges::find(rows, key, &MappedTable::Row::key);
            ASSERT_NE(row, rows.end()) << "seed " << seed << ", key " << key;
            EXPECT_EQ(row->value, value);
        }
        EXPECT_EQ(table->BlockOf(content.rbegin()->first + 1), table->blocks());
    }
}

TEST_F(MappedTableTest, FindsTheOnlyBlock) {
    Write({{700, "alone"}});
    const auto table = Open();
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->blocks(), 1U);
    EXPECT_EQ(table->BlockOf(0), 0U);
    EXPECT_EQ(table->BlockOf(700), 0U);
    EXPECT_EQ(table->BlockOf(701), 1U);
}

TEST_F(MappedTableTest, SaysNothingWrongWhicheverByteIsFlipped) {
    const Content content = SomeRows(60, 3);
    Write(content);
    const std::string whole = ContentOf(path);
    std::size_t refused = 0;
    std::size_t short_of_rows = 0;
    for (std::size_t at = 0; at < whole.size(); at += at + 3'000 < whole.size() ? 61U : 1U) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        PutContent(path, damaged);
        const auto table = Open();
        if (!table) {
            ++refused;
            continue;
        }
        const Content said = Said(*table);
        if (said.size() < content.size()) ++short_of_rows;
        for (const auto& [key, value] : said) {
            const auto row = content.find(key);
            ASSERT_NE(row, content.end()) << "byte " << at << ", key " << key;
            EXPECT_EQ(value, row->second) << "byte " << at << ", key " << key;
        }
    }
    EXPECT_GT(refused, 100U) << "the index and the footer";
    EXPECT_GT(short_of_rows, 100U) << "the rows";
}

TEST_F(MappedTableTest, RefusesATableThatWasCutOff) {
    Write(SomeRows(60, 4));
    const std::string whole = ContentOf(path);
    for (const std::size_t left :
         {std::size_t{0}, std::size_t{52}, std::size_t{53}, whole.size() / 2, whole.size() - 1}) {
        PutContent(path, whole.substr(0, left));
        EXPECT_EQ(Open(), nullptr) << left << " of " << whole.size() << " bytes";
    }
    std::filesystem::remove(path);
    EXPECT_EQ(Open(), nullptr);
}

TEST_F(MappedTableTest, LeavesTablesOfOtherKindsToRocksDb) {
    const Content content = SomeRows(60, 5);
    rocksdb::BlockBasedTableOptions crc32c;
    crc32c.checksum = rocksdb::kCRC32c;
    Write(content, crc32c);
    EXPECT_EQ(Open(), nullptr);
    rocksdb::BlockBasedTableOptions older;
    older.format_version = 3;
    Write(content, older);
    EXPECT_EQ(Open(), nullptr);
    rocksdb::BlockBasedTableOptions two_levels;
    two_levels.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
    Write(content, two_levels);
    EXPECT_EQ(Open(), nullptr);
    rocksdb::BlockBasedTableOptions sparse;
    sparse.index_block_restart_interval = 8;
    Write(content, sparse);
    EXPECT_EQ(Open(), nullptr);
}

TEST_F(MappedTableTest, LeavesABlockWithADeletionToRocksDb) {
    Content content = SomeRows(60, 6);
    const std::uint64_t last = content.rbegin()->first;
    Write(content, {}, KeyOf(last + 1));
    const auto table = Open();
    ASSERT_NE(table, nullptr);
    MappedTable::Rows rows;
    EXPECT_FALSE(table->ReadBlock(table->blocks() - 1, rows));
    EXPECT_TRUE(table->ReadBlock(0, rows));
}

TEST_F(MappedTableTest, StaysReadableWhenItsNameIsGone) {
    const Content content = SomeRows(60, 7);
    Write(content);
    const auto table = Open();
    ASSERT_NE(table, nullptr);
    std::filesystem::remove(path);
    EXPECT_EQ(Said(*table), content);
}

TEST_F(MappedTableTest, SaysTheSameWhateverItIsAdvised) {
    const Content content = SomeRows(400, 8);
    Write(content);
    const auto table = Open();
    ASSERT_NE(table, nullptr);
    for (std::size_t block = 0; block < table->blocks(); ++block) {
        table->FetchAhead(block);
        table->LoadAhead(block);
        table->LoadAhead(block, 1'000'000);
        table->LetGoBehind(block, 8'192);
        table->LetGoBehind(block, 1'000'000);
    }
    EXPECT_EQ(Said(*table), content);
}

}  // namespace
}  // namespace throughline::testing
