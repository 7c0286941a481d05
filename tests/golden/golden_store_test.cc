// Stores as released formats wrote them: today's code finds in each what was written down beside it, and goes on.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <stdlib.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "eventstore/base/digest.h"
#include "eventstore/base/status_details.h"
#include "eventstore/ledger/checkpoint.h"
#include "eventstore/ledger/note_key.h"
#include "eventstore/ledger/tree_reader.h"
#include "eventstore/store/store_check.h"
#include "eventstore/vault/key_file.h"
#include "services/throughline/serving/opened_store.h"

namespace throughline {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using Json = nlohmann::json;

std::string Hex(std::string_view bytes) {
    std::string hex;
    for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return hex;
}

std::string Hex(const TreeHash& hash) {
    return Hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

/// Every format that was released.
std::vector<std::string> Versions() {
    std::vector<std::string> versions;
    for (const auto& entry : std::filesystem::directory_iterator(GOLDEN_EXPECTED)) {
        if (std::filesystem::exists(entry.path() / "store.tar.gz")) versions.push_back(entry.path().filename());
    }
    std::sort(versions.begin(), versions.end());
    return versions;
}

TEST(GoldenStoresTest, ThereIsOneOfEveryFormat) {
    EXPECT_THAT(Versions(), ElementsAre("version-1"));
}

/// A copy of the golden store of one version, and what is known of it.
class GoldenStoreTest : public ::testing::TestWithParam<std::string> {
  protected:
    GoldenStoreTest() {
        std::filesystem::copy(fmt::format("{}/{}", GOLDEN_STORES, GetParam()), folder_,
                              std::filesystem::copy_options::recursive);
        std::ifstream(fmt::format("{}/{}/expected.json", GOLDEN_EXPECTED, GetParam())) >> expected_;
    }
    ~GoldenStoreTest() override {
        store_.reset();
        std::filesystem::remove_all(folder_);
    }

    static std::filesystem::path NewFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "throughline-golden-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        return name;
    }

    void Open() {
        store_.reset();
        auto opened =
            OpenedStore::Open(path_, path_.DefaultKeyFile(), [](const absl::Status& why) { ADD_FAILURE() << why; });
        ASSERT_TRUE(opened.ok()) << opened.status();
        store_ = *std::move(opened);
    }

    [[nodiscard]] std::size_t size() const { return expected_["records"].size(); }

    [[nodiscard]] std::vector<StoredRecord> Stored() const {
        std::vector<StoredRecord> all;
        ReadOptions options;
        do {
            const auto batch = store_->records().Read(options);
            EXPECT_TRUE(batch.ok()) << batch.status();
            all.insert(all.end(), batch->records.begin(), batch->records.end());
            options.from = batch->next;
        } while (options.from);
        return all;
    }

    void ExpectWhole(std::size_t records) {
        store_.reset();
        StoreCheckOptions options{
            .log = path_.Log(), .checkpoint = path_.Checkpoint(), .keys = path_.Keys(), .open_bodies = true};
        const auto key = ReadKeyFile(path_.DefaultKeyFile());
        ASSERT_TRUE(key.ok()) << key.status();
        options.kek = *key;
        const auto checked = CheckStore(options);
        ASSERT_TRUE(checked.ok()) << checked.status();
        EXPECT_EQ(checked->report.found(), 0U);
        ASSERT_TRUE(checked->store_id);
        EXPECT_EQ(ToString(*checked->store_id), expected_["store_id"]);
        EXPECT_EQ(checked->report[CheckPart::kRecords].counts.front().second, records);
    }

    Json expected_;
    const std::filesystem::path folder_ = NewFolder();
    const StoreFolder path_{(folder_ / "store").string()};
    std::unique_ptr<OpenedStore> store_;
};

TEST_P(GoldenStoreTest, IsWholeBeforeItIsOpenedAndAfterIt) {
    ExpectWhole(size());
    Open();
    ExpectWhole(size());
}

TEST_P(GoldenStoreTest, HasTheRecordsThatWereWritten) {
    Open();
    EXPECT_EQ(ToString(store_->records().StoreId()), expected_["store_id"]);
    EXPECT_TRUE(store_->records().Synthetic());
    const std::vector<StoredRecord> all = Stored();
    ASSERT_EQ(all.size(), size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        SCOPED_TRACE(i);
        const Json& expected = expected_["records"][i];
        const auto record = store_->log().Open(all[i]);
        ASSERT_TRUE(record.ok()) << record.status();
        const auto& header = record->header;
        EXPECT_EQ(header.position(), i);
        EXPECT_EQ(header.type(), expected["type"]);
        EXPECT_EQ(std::vector<std::string>(header.tags().begin(), header.tags().end()), expected["tags"]);
        EXPECT_EQ(ToString(*UuidFromBytes(header.key_id())), expected["subject"]);
        EXPECT_EQ(ToString(*UuidFromBytes(header.event_id())), expected["event_id"]);
        EXPECT_EQ(Hex(Sha256(all[i].header)), expected["header_sha256"]);
        if (expected.contains("erased")) {
            EXPECT_EQ(all[i].sealed_body, "");
            EXPECT_FALSE(record->body);
            continue;
        }
        EXPECT_EQ(Hex(Sha256(all[i].sealed_body)), expected["sealed_sha256"]);
        ASSERT_TRUE(record->body);
        if (expected.contains("body")) {
            EXPECT_EQ(*record->body, expected["body"]);
        }
    }
}

TEST_P(GoldenStoreTest, AnswersQueriesBothWays) {
    Open();
    for (const Json& each : expected_["queries"]) {
        SCOPED_TRACE(each["items"].dump());
        ReadOptions options;
        for (const Json& item : each["items"]) {
            options.query.items.push_back({item["types"], item["tags"]});
        }
        std::vector<std::uint64_t> positions = each["positions"];
        for (const bool backwards : {false, true}) {
            options.backwards = backwards;
            options.headers_only = true;
            const auto batch = store_->records().Read(options);
            ASSERT_TRUE(batch.ok()) << batch.status();
            ASSERT_FALSE(batch->next);
            std::vector<std::uint64_t> found;
            for (const StoredRecord& record : batch->records) found.push_back(ToUint64(record.position));
            EXPECT_THAT(found, ElementsAreArray(positions));
            std::reverse(positions.begin(), positions.end());
        }
    }
}

TEST_P(GoldenStoreTest, KnowsItsCommands) {
    Open();
    EXPECT_GT(expected_["commands"].size(), 10U);
    for (const Json& each : expected_["commands"]) {
        SCOPED_TRACE(each.dump());
        CommandKey key{expected_["caller"], CommandId{*ParseUuid(each["command"].get<std::string>())}, each["request"]};
        const auto known = store_->log().FindCommand(key);
        if (each.contains("refused")) {
            EXPECT_EQ(ReasonOf(known.status()), each["refused"]);
            continue;
        }
        ASSERT_TRUE(known.ok()) << known.status();
        ASSERT_TRUE(*known);
        EXPECT_EQ((*known)->first, Position{each["first"]});
        EXPECT_EQ((*known)->last, Position{each["last"]});
        key.request += " changed";
        EXPECT_EQ(ReasonOf(store_->log().FindCommand(key).status()), "COMMAND_REUSED");
        key.command = CommandId{RandomUuid()};
        EXPECT_FALSE(store_->log().FindCommand(key).value());
    }
}

TEST_P(GoldenStoreTest, HasTheTreeThatItSigned) {
    Open();
    const Frontier tree = store_->records().Tree();
    EXPECT_EQ(tree.size(), size());
    EXPECT_EQ(Hex(tree.Root()), expected_["root"]);
    Frontier again;
    std::vector<CompleteSubtree> unused;
    for (const StoredRecord& record : Stored()) again.Add(LeafHash(record.header), unused);
    EXPECT_EQ(tree, again);

    const auto key = ParseNoteKey(expected_["verifier_key"].get<std::string>());
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(store_->signer().public_key(), key->public_key);
    const auto signed_then = VerifyCheckpoint(expected_["checkpoint"].get<std::string>(), *key);
    ASSERT_TRUE(signed_then.ok()) << signed_then.status();
    EXPECT_GT(signed_then->size, 0U);
    const auto root = RootAt(store_->records().TreeHashes(), signed_then->size);
    ASSERT_TRUE(root.ok()) << root.status();
    EXPECT_EQ(*root, signed_then->root);
}

TEST_P(GoldenStoreTest, GoesOnWithoutChangingWhatIsThere) {
    Open();
    const std::vector<StoredRecord> before = Stored();
    NewEvent event;
    event.id = EventId{RandomUuid()};
    event.subject = SubjectId{*ParseUuid(expected_["records"][0]["subject"].get<std::string>())};
    event.type = "golden.Opened";
    event.tags = {"case:1"};
    event.body = "today";
    std::vector<NewEvent> added;
    for (int i = 0; i < 3; ++i) {
        added.push_back(event);
        added.back().id = EventId{RandomUuid()};
    }
    const CommandKey key{"today", CommandId{RandomUuid()}, "request"};
    const Condition changed{Query{{QueryItem{{}, {"case:1"}}}}, Position{0}};
    EXPECT_EQ(ReasonOf(store_->log().Append(key, changed, added).status()), "CONDITION_FAILED");
    const auto appended = store_->log().Append(key, std::nullopt, added);
    ASSERT_TRUE(appended.ok()) << appended.status();
    EXPECT_EQ(appended->first, Position{size()});
    Open();
    const std::vector<StoredRecord> after = Stored();
    ASSERT_EQ(after.size(), before.size() + added.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        EXPECT_EQ(after[i].header, before[i].header);
        EXPECT_EQ(after[i].sealed_body, before[i].sealed_body);
    }
    ExpectWhole(after.size());
}

std::string NameOfVersion(const ::testing::TestParamInfo<std::string>& version) {
    std::string name = version.param;
    std::erase(name, '-');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Versions, GoldenStoreTest, ::testing::ValuesIn(Versions()), NameOfVersion);

}  // namespace
}  // namespace throughline
