// A whole store with a key file: what was signed, and the keys, against the log; and the log itself seen from here.
#include "eventstore/store/store_check.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/durable_file.h"
#include "eventstore/ledger/seed_signer.h"
#include "eventstore/log/keys.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/log_paths.h"
#include "eventstore/log/rocks_log.h"
#include "eventstore/store/checkpointer.h"
#include "eventstore/store/erasure.h"
#include "eventstore/store/vault_signer.h"
#include "eventstore/vault/key_file.h"
#include "eventstore/vault/key_rows.h"
#include "eventstore/vault/rocks_key_store.h"
#include "eventstore/vault/store_secrets.h"
#include "tests/eventstore/store/store_under_test.h"
#include "tests/eventstore/vault/temp_folder.h"

namespace throughline {
namespace {

namespace fs = std::filesystem;
using eventstore::v1::SUBJECT_KIND_PUPIL;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

/// A store as `serve` opens it.
struct ServedStore {
    ServedStore(const TempFolder& folder, const Clock& clock)
        : vault(*Vault::Open(*RocksKeyStore::Open(folder / "keys"), *ReadKeyFile(folder / "key"))),
          records(*RocksLog::Open({.path = folder / "log", .clock = &clock, .fatal = Fail})),
          log(*records, *vault),
          signer(*vault, records->StoreId()),
          checkpointer(*Checkpointer::Open({.path = folder / "log/checkpoint", .fatal = Fail}, *records, signer)) {}

    static void Fail(const absl::Status& why) { ADD_FAILURE() << why; }

    SubjectId Pupil(std::string_view upn) { return vault->GetOrCreate(SUBJECT_KIND_PUPIL, upn)->id; }
    void Record(SubjectId pupil, const std::string& body) {
        const std::vector<NewEvent> events{EventAbout(pupil, body, {"pupil:" + ToString(pupil)})};
        const auto appended = log.Append(NewCommand(body), std::nullopt, events);
        ASSERT_TRUE(appended.ok()) << appended.status();
    }

    std::unique_ptr<Vault> vault;
    std::unique_ptr<RocksLog> records;
    LocalEventLog log;
    VaultSigner signer;
    std::unique_ptr<Checkpointer> checkpointer;
};

/// Four records: of the pupils A, B, A, and of B's erasure.
class StoreCheckTest : public ::testing::Test {
  protected:
    StoreCheckTest() {
        EXPECT_TRUE(CreateKeyFile(folder_ / "key").ok());
        {
            auto keys = RocksKeyStore::Init(folder_ / "keys");
            EXPECT_TRUE(Vault::Initialise(**keys, *ReadKeyFile(folder_ / "key")).ok());
            auto vault = Vault::Open(*std::move(keys), *ReadKeyFile(folder_ / "key"));
            RocksLogInit init;
            init.path = folder_ / "log";
            init.clock = &clock_;
            EXPECT_TRUE(RocksLog::Init(init).ok());
            EXPECT_TRUE(Checkpointer::Init(folder_ / "log/checkpoint", VaultSigner(**vault, init.store_id)).ok());
        }
        {
            ServedStore store(folder_, clock_);
            store.Record(store.Pupil("A"), "first");
            store.Record(store.Pupil("B"), "second");
        }
        fs::copy(folder_.path(), old_.path() + "/copy", fs::copy_options::recursive);
        ServedStore store(folder_, clock_);
        store.Record(store.Pupil("A"), "third");
        Erasure erasure(store.log, *store.records, *store.vault, clock_);
        EXPECT_TRUE(erasure.Erase(store.Pupil("B"), "retention period ended", "person-1").ok());
        pupil_ = store.Pupil("A");
    }

    [[nodiscard]] StoreCheckOptions Options() const {
        StoreCheckOptions options;
        options.log = folder_ / "log";
        options.checkpoint = folder_ / "log/checkpoint";
        options.keys = folder_ / "keys";
        options.kek = *ReadKeyFile(folder_ / "key");
        options.open_bodies = true;
        return options;
    }

    static std::vector<std::string> Told(const CheckReport& report) {
        std::vector<std::string> told;
        for (std::size_t i = 0; i < kCheckParts; ++i) {
            const auto part = static_cast<CheckPart>(i);
            for (const Finding& finding : report[part].findings) {
                EXPECT_FALSE(finding.advice.empty());
                told.push_back(fmt::format("{}, {}: {}", NameOf(part), finding.where, finding.what));
            }
        }
        return told;
    }

    [[nodiscard]] std::vector<std::string> Check() const { return Check(Options()); }
    static std::vector<std::string> Check(const StoreCheckOptions& options) {
        const auto checked = CheckStore(options);
        EXPECT_TRUE(checked.ok()) << checked.status();
        return checked.ok() ? Told(checked->report) : std::vector<std::string>{};
    }

    void ChangeKeys(const std::vector<KeyStore::Change>& changes) const {
        auto keys = RocksKeyStore::Open(folder_ / "keys");
        ASSERT_TRUE(keys.ok()) << keys.status();
        ASSERT_TRUE((*keys)->Write(changes).ok());
    }

    [[nodiscard]] std::string KeyRow(SubjectId subject) const {
        auto keys = RocksKeyStore::Open(folder_ / "keys");
        EXPECT_TRUE(keys.ok()) << keys.status();
        return (*keys)->Get(key_rows::DataKeyOf(subject))->value_or("");
    }

    /// Takes a folder of the store as it was after two records.
    void BringBack(const std::string& name) const {
        fs::remove_all(folder_ / name);
        fs::copy(old_.path() + "/copy/" + name, folder_ / name, fs::copy_options::recursive);
    }

    StandingClock clock_{FromMicros(1'700'000'000'000'000)};
    TempFolder folder_;
    TempFolder old_;
    SubjectId pupil_;
};

TEST_F(StoreCheckTest, FindsNothingInAHealthyStore) {
    const auto checked = CheckStore(Options());
    ASSERT_TRUE(checked.ok()) << checked.status();
    EXPECT_THAT(Told(checked->report), IsEmpty());
    EXPECT_TRUE(checked->store_id);
    const auto counts = [&](CheckPart part) { return checked->report[part].counts; };
    EXPECT_THAT(counts(CheckPart::kCheckpoint), ElementsAre(std::pair("records signed", 4U)));
    // The store's own subject seals the erasure.
    EXPECT_THAT(counts(CheckPart::kKeys), ElementsAre(std::pair("subjects", 3U), std::pair("bodies opened", 3U)));
    for (std::size_t i = 0; i < kCheckParts; ++i) {
        EXPECT_THAT(checked->report[static_cast<CheckPart>(i)].left_out, IsEmpty());
        EXPECT_TRUE(checked->report[static_cast<CheckPart>(i)].checked);
    }
}

TEST_F(StoreCheckTest, SaysWhatItCannotCheckWithoutTheKeyFile) {
    StoreCheckOptions options = Options();
    options.kek.reset();
    options.open_bodies = false;
    const auto checked = CheckStore(options);
    ASSERT_TRUE(checked.ok()) << checked.status();
    EXPECT_THAT(Told(checked->report), IsEmpty());
    EXPECT_THAT(checked->report[CheckPart::kCheckpoint].left_out, HasSubstr("key file"));
    EXPECT_THAT(checked->report[CheckPart::kKeys].left_out, HasSubstr("key file"));
    EXPECT_THAT(checked->report[CheckPart::kCheckpoint].counts, ElementsAre(std::pair("records signed", 4U)));
}

TEST_F(StoreCheckTest, RefusesAnotherKeyFile) {
    StoreCheckOptions options = Options();
    options.kek->fill(9);
    EXPECT_EQ(ReasonOf(CheckStore(options).status()), "WRONG_KEY_FILE");
}

TEST_F(StoreCheckTest, SaysThatThereIsNoStore) {
    const TempFolder empty;
    StoreCheckOptions options;
    options.log = empty / "log";
    options.checkpoint = empty / "log/checkpoint";
    options.keys = empty / "keys";
    EXPECT_EQ(CheckStore(options).status().code(), absl::StatusCode::kNotFound);
    EXPECT_TRUE(fs::is_empty(empty.path()));
}

TEST_F(StoreCheckTest, NamesALogThatEndsBeforeItsCheckpoint) {
    const std::string checkpoint = *ReadDurableFile(nullptr, folder_ / "log/checkpoint");
    BringBack("log");
    std::ofstream(folder_ / "log/checkpoint") << checkpoint;
    EXPECT_THAT(Check(), ElementsAre("checkpoint, position 2: the log ends here, and 4 records were signed: the last 2 "
                                     "are missing"));
}

TEST_F(StoreCheckTest, NamesACheckpointOfAnotherRoot) {
    std::string note;
    {
        const ServedStore store(folder_, clock_);
        note = SignCheckpoint(3, EmptyRoot(), store.signer);
    }
    std::ofstream(folder_ / "log/checkpoint") << note;
    EXPECT_THAT(Check(), ElementsAre(AllOf(StartsWith("checkpoint, "),
                                           HasSubstr("the headers of the first 3 records are not those"))));
    StoreCheckOptions options = Options();
    options.kek.reset();
    options.open_bodies = false;
    EXPECT_THAT(Check(options), ElementsAre(HasSubstr("the headers of the first 3 records")));
}

TEST_F(StoreCheckTest, NamesACheckpointOfAnotherKey) {
    const auto checked = CheckStore(Options());
    const std::array<std::uint8_t, kSignerSeedBytes> seed{1};
    const auto stranger = SeedSigner::Create(CheckpointOrigin(*checked->store_id), seed);
    std::ofstream(folder_ / "log/checkpoint") << SignCheckpoint(0, EmptyRoot(), **stranger);
    EXPECT_THAT(Check(),
                ElementsAre(AllOf(StartsWith("checkpoint, "), HasSubstr("it is not one that this store signed"))));
}

TEST_F(StoreCheckTest, NamesACheckpointOfAnotherLogAlsoWithoutTheKeyFile) {
    const std::array<std::uint8_t, kSignerSeedBytes> seed{1};
    const auto stranger = SeedSigner::Create("throughline/another", seed);
    std::ofstream(folder_ / "log/checkpoint") << SignCheckpoint(0, EmptyRoot(), **stranger);
    StoreCheckOptions options = Options();
    options.kek.reset();
    options.open_bodies = false;
    EXPECT_THAT(Check(options), ElementsAre(HasSubstr("it is of the log throughline/another")));
}

TEST_F(StoreCheckTest, NamesACheckpointThatIsMissing) {
    fs::remove(folder_ / "log/checkpoint");
    EXPECT_THAT(Check(), ElementsAre(AllOf(StartsWith("checkpoint, "), HasSubstr("the file is missing"))));
}

TEST_F(StoreCheckTest, NamesAChangedHeaderOfALogTooShortForStoredHashes) {
    {
        auto rocks = OpenRocks(LogFamilies::Options(DatabasePath(folder_ / "log"), nullptr));
        ASSERT_TRUE(rocks.ok());
        LogFamilies families{*std::move(rocks)};
        std::string frame;
        ASSERT_TRUE(families.db().Get({}, families.frames(), FrameKey(Position{0}), &frame).ok());
        frame[10] = static_cast<char>(frame[10] ^ 1);  // In the event id.
        ASSERT_TRUE(families.db().Put(Synced(), families.frames(), FrameKey(Position{0}), frame).ok());
    }
    EXPECT_THAT(Check(), ElementsAre(StartsWith("checkpoint, "),
                                     AllOf(StartsWith("keys, position 0: "), HasSubstr("was not sealed with this"))));
}

TEST_F(StoreCheckTest, NamesAKeyThatIsLost) {
    ChangeKeys({{key_rows::DataKeyOf(pupil_), std::nullopt}});
    EXPECT_THAT(Check(), ElementsAre(AllOf(StartsWith("keys, position 0: there is no key of the subject "),
                                           HasSubstr(ToString(pupil_)))));
    StoreCheckOptions options = Options();
    options.kek.reset();
    options.open_bodies = false;
    EXPECT_THAT(Check(options), ElementsAre(StartsWith("keys, position 0: there is no key")));
}

TEST_F(StoreCheckTest, NamesAKeyThatDoesNotUnwrap) {
    std::string row = KeyRow(pupil_);
    row.back() = static_cast<char>(row.back() ^ 1);
    ChangeKeys({{key_rows::DataKeyOf(pupil_), row}});
    EXPECT_THAT(Check(), ElementsAre(AllOf(StartsWith("keys, position 0: "), HasSubstr("does not unwrap"))));
}

TEST_F(StoreCheckTest, NamesRecordsThatCommitToAnotherKey) {
    ChangeKeys({{key_rows::DataKeyOf(pupil_), std::nullopt}});
    {
        // The same subject with a key of another store.
        const TempFolder other;
        auto keys = RocksKeyStore::Init(other / "keys");
        ASSERT_TRUE(Vault::Initialise(**keys, *ReadKeyFile(folder_ / "key")).ok());
        const auto secrets = StoreSecrets::Load(**keys, *ReadKeyFile(folder_ / "key"));
        ChangeKeys({{key_rows::DataKeyOf(pupil_), NewDataKeyRow(secrets->wrapping_key(), SUBJECT_KIND_PUPIL, pupil_)}});
    }
    EXPECT_THAT(Check(), ElementsAre(AllOf(StartsWith("keys, position 0: "), HasSubstr("commits to another key")),
                                     AllOf(StartsWith("keys, position 2: "), HasSubstr("commits to another key"))));
}

TEST_F(StoreCheckTest, NamesAKeyStoreOlderThanAnErasure) {
    BringBack("keys");
    EXPECT_THAT(Check(), ElementsAre(AllOf(StartsWith("keys, position 1: "), HasSubstr("its key is there"))));
}

TEST_F(StoreCheckTest, LetsALogBeOlderThanAnErasure) {
    BringBack("log");
    EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(StoreCheckTest, NamesBodiesThatAnErasureLeft) {
    std::string row;
    const auto row_of = [](const std::string& folder, const std::string& put) {
        auto rocks = OpenRocks(LogFamilies::Options(DatabasePath(folder + "/log"), nullptr));
        EXPECT_TRUE(rocks.ok()) << rocks.status();
        LogFamilies families{*std::move(rocks)};
        std::string found;
        EXPECT_TRUE(families.db().Get({}, families.frames(), FrameKey(Position{1}), &found).ok());
        if (!put.empty()) {
            EXPECT_TRUE(families.db().Put(Synced(), families.frames(), FrameKey(Position{1}), put).ok());
        }
        return found;
    };
    row_of(folder_.path(), row_of(old_.path() + "/copy", ""));
    EXPECT_THAT(Check(), ElementsAre(AllOf(StartsWith("bodies, position 1: "), HasSubstr("is still there"))));
}

TEST_F(StoreCheckTest, NamesAKeyStoreThatIsMissing) {
    fs::remove_all(folder_ / "keys");
    EXPECT_THAT(Check(), ElementsAre(AllOf(StartsWith("keys, "), HasSubstr("there is no key store"))));
}

TEST_F(StoreCheckTest, NamesAKeyStoreThatLostItsLastWrites) {
    const std::string witness = *ReadDurableFile(nullptr, folder_ / "keys/WITNESS");
    BringBack("keys");
    std::ofstream(folder_ / "keys/WITNESS", std::ios::binary) << witness;
    EXPECT_THAT(Check(), ElementsAre(AllOf(StartsWith("keys, "), HasSubstr("its witness saw write"))));
}

TEST_F(StoreCheckTest, FindsNothingBesideAServiceThatRecordsAndErases) {
    ServedStore store(folder_, clock_);
    Erasure erasure(store.log, *store.records, *store.vault, clock_);
    std::atomic<bool> stop = false;
    std::atomic<int> erased = 0;
    std::thread writer([&] {
        for (int i = 0; !stop; ++i) {
            const SubjectId pupil = store.Pupil(fmt::format("pupil {}", i));
            store.Record(pupil, fmt::format("body {}", i));
            if (i % 4 != 0) continue;
            EXPECT_TRUE(erasure.Erase(pupil, "retention period ended", "person-1").ok());
            ++erased;
        }
    });
    for (int checks = 0; checks < 5 || erased < 10; ++checks) EXPECT_THAT(Check(), IsEmpty());
    stop = true;
    writer.join();
}

}  // namespace
}  // namespace throughline
