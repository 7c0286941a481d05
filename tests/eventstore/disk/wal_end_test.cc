// The end of a write-ahead log is found after every tear, and no synced batch is ever taken for one.
#include "eventstore/disk/wal_end.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "eventstore/disk/rocks.h"
#include "tests/eventstore/disk/disk_folder.h"

namespace throughline::testing {
namespace {

using Behind = WalEnd::Behind;

constexpr std::size_t kSectorBytes = 512;
// A tear that takes fewer bytes of a batch looks like a damaged one.
constexpr std::size_t kTornBytesMin = 8;

class BytesFile final : public rocksdb::FSSequentialFile {
  public:
    explicit BytesFile(const std::string& bytes) : bytes_(bytes) {}

    rocksdb::IOStatus Read(std::size_t bytes, const rocksdb::IOOptions&, rocksdb::Slice* read, char* scratch,
                           rocksdb::IODebugContext*) override {
        bytes = std::min(bytes, bytes_.size() - at_);
        std::copy_n(bytes_.data() + at_, bytes, scratch);
        at_ += bytes;
        *read = rocksdb::Slice(scratch, bytes);
        return rocksdb::IOStatus::OK();
    }

    rocksdb::IOStatus Skip(std::uint64_t bytes) override {
        at_ = std::min(at_ + bytes, bytes_.size());
        return rocksdb::IOStatus::OK();
    }

  private:
    const std::string& bytes_;
    std::size_t at_ = 0;
};

WalEnd EndOf(const std::string& wal) {
    BytesFile file(wal);
    WalEnd end;
    const rocksdb::IOStatus status = FindWalEnd(file, &end);
    EXPECT_TRUE(status.ok()) << status.ToString();
    return end;
}

/// What a real database wrote, batch by batch.
struct Wal {
    std::string bytes;
    std::vector<std::size_t> ends;  ///< Of each batch.

    /// As it was when this batch had been written, with the zeros behind it.
    [[nodiscard]] std::string Until(std::size_t batch) const {
        return bytes.substr(0, ends[batch]) + std::string(10'000, '\0');
    }
};

Wal WriteBatches(const std::vector<std::size_t>& value_bytes) {
    const DiskFolder folder;
    RocksOptions options{folder.Path("db"), {"default"}, true, nullptr, {}};
    options.synced_log = true;
    const auto rocks = OpenRocks(options);
    EXPECT_TRUE(rocks.ok()) << rocks.status();
    Wal wal;
    std::mt19937 random(7);
    for (std::size_t i = 0; i < value_bytes.size(); ++i) {
        std::string value(value_bytes[i], '\0');
        for (char& byte : value) byte = static_cast<char>(random() | 1U);
        EXPECT_TRUE(rocks->db->Put(Synced(), std::to_string(i), value).ok());
        wal.bytes = WithoutZeros(ContentOf(NewestWal(options.path)));
        wal.ends.push_back(wal.bytes.size());
    }
    return wal;
}

// So many sizes that batches begin and end anywhere in a sector and in a block.
const Wal& ManyBatches() {
    static const Wal wal = [] {
        std::mt19937 random(11);
        std::vector<std::size_t> sizes;
        for (int i = 0; i < 120; ++i) sizes.push_back(random() % (i % 10 == 0 ? 40'000 : 1'500));
        return WriteBatches(sizes);
    }();
    return wal;
}

TEST(WalEndTest, IsWhereTheLastBatchEnds) {
    const Wal& wal = ManyBatches();
    for (std::size_t batch = 0; batch < wal.ends.size(); ++batch) {
        for (const std::string& bytes : {wal.Until(batch), wal.bytes.substr(0, wal.ends[batch])}) {
            const WalEnd end = EndOf(bytes);
            EXPECT_EQ(end.behind, Behind::kNothing);
            EXPECT_GE(end.bytes, wal.ends[batch]);
            EXPECT_LT(end.bytes, wal.ends[batch] + 7) << "but for what a block has left";
        }
    }
    EXPECT_EQ(EndOf("").bytes, 0U);
    EXPECT_EQ(EndOf(std::string(100'000, '\0')).bytes, 0U);
    EXPECT_EQ(EndOf(std::string(100'000, '\0')).behind, Behind::kNothing);
}

// Any bit, in any batch: no flip passes for a tear.
TEST(WalEndTest, IsNotAFlippedBitInABatch) {
    const Wal wal = WriteBatches({40, 700, 0, 300, 90});
    for (std::size_t at = 0; at < wal.bytes.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string damaged = wal.Until(4);
            damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ 1U << bit);
            ASSERT_EQ(EndOf(damaged).behind, Behind::kDamage) << "bit " << bit << " of byte " << at;
            damaged.resize(wal.bytes.size());
            ASSERT_EQ(EndOf(damaged).behind, Behind::kDamage) << "bit " << bit << " of byte " << at << ", closed";
        }
    }
}

TEST(WalEndTest, IsNotAFlippedBitInABatchOfManyBlocks) {
    const Wal wal = WriteBatches({700, 150'000});
    std::mt19937 random(13);
    for (std::size_t at = wal.ends[0]; at < wal.bytes.size(); at += at % (32 << 10) < 12 ? 1 : 1 + random() % 1'000) {
        std::string damaged = wal.Until(1);
        damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ 1U << random() % 8);
        ASSERT_EQ(EndOf(damaged).behind, Behind::kDamage) << "byte " << at;
    }
}

TEST(WalEndTest, IsNotASectorOfZerosBeforeAWholeBatch) {
    const Wal wal = WriteBatches({2'000, 2'000, 700});
    for (std::size_t at = 0; at + kSectorBytes < wal.ends[1]; at += kSectorBytes) {
        std::string damaged = wal.Until(2);
        damaged.replace(at, kSectorBytes, kSectorBytes, '\0');
        EXPECT_EQ(EndOf(damaged).behind, Behind::kDamage) << "byte " << at;
    }
}

TEST(WalEndTest, StaysWhereStrayBytesAreAmongTheZeros) {
    const Wal wal = WriteBatches({700, 300});
    for (std::size_t at = wal.ends[1]; at < wal.Until(1).size(); at += at < wal.ends[1] + 1'100 ? 1U : 97U) {
        std::string damaged = wal.Until(1);
        damaged[at] = '\x7F';
        const WalEnd end = EndOf(damaged);
        EXPECT_EQ(end.bytes, wal.ends[1]);
        EXPECT_NE(end.behind, Behind::kNothing);
    }
}

TEST(WalEndTest, IsBeforeABatchThatIsCutAnywhere) {
    const Wal wal = WriteBatches({700, 1'500});
    for (std::size_t cut = wal.ends[0]; cut < wal.ends[1]; ++cut) {
        const WalEnd closed = EndOf(wal.bytes.substr(0, cut));
        EXPECT_EQ(closed.bytes, wal.ends[0]);
        EXPECT_EQ(closed.behind, cut == wal.ends[0] ? Behind::kNothing : Behind::kTornBatch);
        if (cut + kTornBytesMin > wal.ends[1]) continue;
        const WalEnd zeroed = EndOf(wal.bytes.substr(0, cut) + std::string(10'000, '\0'));
        EXPECT_EQ(zeroed.bytes, wal.ends[0]);
        EXPECT_NE(zeroed.behind, Behind::kDamage) << "cut at " << cut;
    }
}

// Whatever sectors of the last batch a power cut keeps.
TEST(WalEndTest, IsBeforeABatchThatLostAnySectors) {
    const Wal& wal = ManyBatches();
    std::mt19937 random(17);
    std::size_t tears = 0;
    for (std::size_t batch = 1; batch < wal.ends.size(); ++batch) {
        for (int i = 0; i < 20; ++i) {
            std::string torn = wal.Until(batch);
            const std::size_t begin = wal.ends[batch - 1];
            bool is_torn = false;
            bool is_clear = false;
            for (std::size_t at = begin; at < wal.ends[batch];) {
                const std::size_t next = std::min((at / kSectorBytes + 1) * kSectorBytes, wal.ends[batch]);
                if (random() % 2 == 0) {
                    torn.replace(at, next - at, next - at, '\0');
                    is_torn = true;
                    is_clear = is_clear || next - at >= 2 * kTornBytesMin;
                }
                at = next;
            }
            if (is_torn && !is_clear) continue;
            const WalEnd end = EndOf(torn);
            ASSERT_NE(end.behind, Behind::kDamage) << "batch " << batch << ", tear " << i;
            // Records in front of the tear may be whole, but the batch is not.
            ASSERT_GE(end.bytes, begin);
            if (is_torn) {
                ASSERT_LT(end.bytes, wal.ends[batch]);
            }
            tears += is_torn ? 1 : 0;
        }
    }
    EXPECT_GT(tears, 1'000U);
}

}  // namespace
}  // namespace throughline::testing
