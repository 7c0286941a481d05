// Checkpoints only ever grow, and the log is held to the last one.
#include "eventstore/store/checkpointer.h"

#include <chrono>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/durable_file.h"
#include "eventstore/ledger/consistency.h"
#include "eventstore/ledger/seed_signer.h"
#include "eventstore/store/vault_signer.h"
#include "tests/eventstore/store/store_under_test.h"
#include "tests/eventstore/vault/temp_folder.h"

namespace throughline {
namespace {

using ::testing::HasSubstr;

class CheckpointerTest : public ::testing::Test {
  protected:
    CheckpointerTest() { EXPECT_TRUE(Checkpointer::Init(path_, signer_).ok()); }

    absl::StatusOr<std::unique_ptr<Checkpointer>> Open(RecordLog& log) {
        CheckpointerOptions options;
        options.path = path_;
        options.every_records = 10;
        options.every = std::chrono::hours(1);
        options.fatal = [](const absl::Status& why) { ADD_FAILURE() << why; };
        return Checkpointer::Open(std::move(options), log, signer_);
    }

    Checkpoint Read() {
        const auto note = ReadDurableFile(nullptr, path_);
        EXPECT_TRUE(note.ok()) << note.status();
        const auto checkpoint = VerifyCheckpoint(*note, {signer_.name(), signer_.public_key()});
        EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
        return checkpoint.value_or(Checkpoint{});
    }

    void Add(StoreUnderTest& store, int count) {
        const SubjectId pupil = store.Pupil();
        for (int i = 0; i < count; ++i) {
            const auto appended = store.Append(NewCommand(), {EventAbout(pupil, "body")});
            ASSERT_TRUE(appended.ok()) << appended.status();
        }
    }

    TempFolder folder_;
    const std::string path_ = folder_.path() + "/checkpoint";
    StoreUnderTest store_;
    VaultSigner signer_{*store_.vault, store_.records.StoreId()};
};

TEST_F(CheckpointerTest, BeginsWithTheEmptyLogAndKeepsWhatIsThere) {
    EXPECT_EQ(Read(), (Checkpoint{signer_.name(), 0, EmptyRoot()}));
    EXPECT_EQ(signer_.name(), "throughline/" + ToString(store_.records.StoreId()));
    Add(store_, 3);
    {
        auto checkpointer = Open(store_.records);
        ASSERT_TRUE(checkpointer.ok()) << checkpointer.status();
        ASSERT_TRUE((*checkpointer)->Sign().ok());
        EXPECT_EQ((*checkpointer)->Latest(), ReadDurableFile(nullptr, path_).value());
    }
    ASSERT_TRUE(Checkpointer::Init(path_, signer_).ok());
    EXPECT_EQ(Read(), (Checkpoint{signer_.name(), 3, store_.records.Tree().Root()}));
}

TEST_F(CheckpointerTest, SignsAfterSoManyRecordsAndWhenItEnds) {
    {
        auto checkpointer = Open(store_.records);
        ASSERT_TRUE(checkpointer.ok()) << checkpointer.status();
        Add(store_, 10);
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (Read().size < 10 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
        EXPECT_EQ(Read().size, 10U);
        Add(store_, 3);
    }
    EXPECT_EQ(Read().size, 13U);
}

TEST_F(CheckpointerTest, EachBeginsWithTheOneBefore) {
    auto checkpointer = Open(store_.records);
    ASSERT_TRUE(checkpointer.ok()) << checkpointer.status();
    Checkpoint last = Read();
    for (int round = 0; round < 5; ++round) {
        Add(store_, 2);
        ASSERT_TRUE((*checkpointer)->Sign().ok());
        ASSERT_TRUE((*checkpointer)->Sign().ok()) << "nothing new";
        const Checkpoint next = Read();
        EXPECT_EQ(next.size, last.size + 2);
        const auto proof = ConsistencyProof(store_.records.TreeHashes(), last.size, next.size);
        ASSERT_TRUE(proof.ok()) << proof.status();
        EXPECT_TRUE(VerifyConsistency(last.size, last.root, next.size, next.root, *proof));
        last = next;
    }
}

TEST_F(CheckpointerTest, RefusesALogThatIsShorterOrOther) {
    Add(store_, 4);
    ASSERT_TRUE((*Open(store_.records))->Sign().ok());
    StoreUnderTest shorter;
    Add(shorter, 3);
    const absl::Status short_log = Open(shorter.records).status();
    EXPECT_EQ(short_log.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(ReasonOf(short_log), "LOG_SHORT");
    EXPECT_THAT(std::string(short_log.message()), HasSubstr("ends at 3, but its last checkpoint signs 4: 1 records"));
    Add(shorter, 2);
    EXPECT_EQ(ReasonOf(Open(shorter.records).status()), "LOG_CHANGED");
    EXPECT_TRUE(Open(store_.records).ok());
}

TEST_F(CheckpointerTest, RefusesACheckpointThatIsMissingOrNotThisStores) {
    const std::string whole = ReadDurableFile(nullptr, path_).value();
    ASSERT_TRUE(ReplaceFile(nullptr, path_, whole.substr(0, whole.size() / 2)).ok());
    EXPECT_EQ(ReasonOf(Open(store_.records).status()), "CHECKPOINT_DAMAGED");
    const auto other = SeedSigner::Create(signer_.name(), std::array<std::uint8_t, kSignerSeedBytes>{7});
    ASSERT_TRUE(other.ok());
    ASSERT_TRUE(ReplaceFile(nullptr, path_, SignCheckpoint(0, EmptyRoot(), **other)).ok());
    EXPECT_EQ(ReasonOf(Open(store_.records).status()), "CHECKPOINT_DAMAGED");
    std::filesystem::remove(path_);
    EXPECT_EQ(ReasonOf(Open(store_.records).status()), "CHECKPOINT_MISSING");
    ASSERT_TRUE(ReplaceFile(nullptr, path_, whole).ok());
    EXPECT_TRUE(Open(store_.records).ok());
}

}  // namespace
}  // namespace throughline
