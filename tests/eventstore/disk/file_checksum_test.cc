// Every new table file gets a checksum of ours; those of older files are still understood.
#include "eventstore/disk/file_checksum.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "eventstore/disk/rocks.h"
#include "tests/eventstore/disk/disk_folder.h"

namespace throughline::testing {
namespace {

std::unique_ptr<rocksdb::FileChecksumGenerator> Generator(std::string_view name) {
    rocksdb::FileChecksumGenContext wanted;
    wanted.file_name = "000012.sst";
    wanted.requested_checksum_func_name = name;
    return FileChecksums()->CreateFileChecksumGenerator(wanted);
}

std::string ChecksumOf(std::string_view name, const std::vector<std::string>& parts) {
    const auto generator = Generator(name);
    for (const std::string& part : parts) generator->Update(part.data(), part.size());
    generator->Finalize();
    return generator->GetChecksum();
}

std::string Hex(std::string_view bytes) {
    std::string hex;
    for (const char byte : bytes) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        hex += kDigits[static_cast<unsigned char>(byte) >> 4U];
        hex += kDigits[static_cast<unsigned char>(byte) & 15U];
    }
    return hex;
}

// Known answers: `xxhsum -H2` (xxHash 0.8.1) of nothing, and of "abc".
TEST(FileChecksumTest, IsXxh3Of128Bits) {
    EXPECT_EQ(Hex(ChecksumOf("", {})), "99aa06d3014798d86001c324468d497f");
    EXPECT_EQ(Hex(ChecksumOf("", {"abc"})), "06b05ab6733a618578af5f94892f3950");
    EXPECT_EQ(Generator("")->Name(), std::string_view("XXH3-128"));
}

TEST(FileChecksumTest, IsTheSameInPartsAndTellsEachBit) {
    const std::string whole(10'000, 'r');
    EXPECT_EQ(ChecksumOf("XXH3-128", {whole.substr(0, 1), whole.substr(1, 4'095), whole.substr(4'096)}),
              ChecksumOf("XXH3-128", {whole}));
    std::string flipped = whole;
    flipped[5'000] = static_cast<char>(flipped[5'000] ^ 1);
    EXPECT_NE(ChecksumOf("XXH3-128", {flipped}), ChecksumOf("XXH3-128", {whole}));
}

TEST(FileChecksumTest, KnowsRocksDbsOwnAndNoOther) {
    const auto own = rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator({});
    own->Update("abc", 3);
    own->Finalize();
    EXPECT_EQ(ChecksumOf(own->Name(), {"abc"}), own->GetChecksum());
    EXPECT_EQ(Generator("SomebodyElses"), nullptr);
}

TEST(FileChecksumTest, StandsBesideEachTableAndIsChecked) {
    const DiskFolder folder;
    RocksOptions options;
    options.path = folder.Path("db");
    options.families = {"default"};
    options.create = true;
    const auto rocks = OpenRocks(options);
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    ASSERT_TRUE(rocks->db->Put(Synced(), "a", "value").ok());
    ASSERT_TRUE(rocks->db->Flush({}).ok());
    std::vector<rocksdb::LiveFileMetaData> files;
    rocks->db->GetLiveFilesMetaData(&files);
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files.front().file_checksum_func_name, "XXH3-128");
    EXPECT_EQ(files.front().file_checksum.size(), 16U);
    EXPECT_TRUE(rocks->db->VerifyFileChecksums({}).ok());
}

}  // namespace
}  // namespace throughline::testing
