// Rot shows: whichever byte of whichever file is flipped, the key store refuses, or gives exactly what was written.
#include <filesystem>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "eventstore/vault/rocks_key_store.h"
#include "tests/eventstore/vault/sealed_record.h"
#include "tests/eventstore/vault/temp_folder.h"
#include "tests/eventstore/vault/vault_under_test.h"

namespace throughline {
namespace {

namespace fs = std::filesystem;
using eventstore::v1::RecordHeader;
using eventstore::v1::SUBJECT_KIND_PUPIL;

struct SealedRow {
    RecordHeader header;
    std::string sealed;
};

/// All that the vault says of its subjects.
struct Content {
    std::map<std::string, std::optional<SubjectId>> found;
    std::map<std::string, std::optional<std::string>> opened;
    std::string command_hash;

    bool operator==(const Content&) const = default;
};

class KeyStoreDamageTest : public ::testing::Test {
  protected:
    // Some rows in a table, since an erasure compacts; some in the write-ahead log only.
    void SetUp() override {
        auto store = *RocksKeyStore::Init(path_);
        ASSERT_TRUE(Vault::Initialise(*store, TestKek()).ok());
        auto vault = *Vault::Open(std::move(store), TestKek());
        for (const char* name : {"A", "B", "C"}) Seal(*vault, name);
        ASSERT_TRUE(vault->Erase(*UuidOf("C")).ok());
        for (const char* name : {"D", "E"}) Seal(*vault, name);
        ASSERT_TRUE(vault->BeginErasure({*UuidOf("D"), SUBJECT_KIND_PUPIL, "ground", "person-1"}).ok());
    }

    void Seal(Vault& vault, const std::string& name) {
        SealedRow& row = rows_[name];
        row.header = UnsealedHeader();
        row.sealed = *SealInto(vault, vault.GetOrCreate(SUBJECT_KIND_PUPIL, name)->id, name, row.header);
    }

    std::optional<SubjectId> UuidOf(const std::string& name) {
        return SubjectId{*UuidFromBytes(rows_.at(name).header.key_id())};
    }

    absl::StatusOr<Content> ReadAll(const std::string& path) {
        auto store = RocksKeyStore::Open(path);
        if (!store.ok()) return store.status();
        auto vault = Vault::Open(*std::move(store), TestKek());
        if (!vault.ok()) return vault.status();
        Content content;
        for (const auto& [name, row] : rows_) {
            const auto found = (*vault)->Find(SUBJECT_KIND_PUPIL, name);
            if (!found.ok()) return found.status();
            content.found[name] = *found;
            auto opened = OpenWith(**vault, row.header, row.sealed);
            if (!opened.ok()) return opened.status();
            content.opened[name] = *std::move(opened);
        }
        const auto pending = (*vault)->PendingErasures();
        if (!pending.ok()) return pending.status();
        for (const auto& erasure : *pending) content.found["pending"] = erasure.subject;
        content.command_hash = (*vault)->CommandHash("dsl", CommandId{UuidOf("A")->uuid});
        return content;
    }

    static void FlipByte(const fs::path& path, std::uintmax_t at) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(static_cast<std::streamoff>(at));
        const char byte = static_cast<char>(file.get());
        file.seekp(static_cast<std::streamoff>(at));
        file.put(static_cast<char>(byte ^ 0x10));
    }

    TempFolder folder_;
    std::string path_ = folder_ / "keys";
    std::map<std::string, SealedRow> rows_;
};

TEST_F(KeyStoreDamageTest, DetectsAFlippedByteInEachKindOfFileOrIsNotTouchedByIt) {
    fs::copy(path_, folder_ / "whole", fs::copy_options::recursive);
    const auto whole = ReadAll(path_);
    ASSERT_TRUE(whole.ok()) << whole.status();
    ASSERT_EQ(whole->opened.at("A"), "A");
    ASSERT_EQ(whole->opened.at("C"), std::nullopt);
    ASSERT_EQ(whole->found.at("pending"), UuidOf("D"));

    std::map<std::string, int> refused;
    std::map<std::string, int> untouched;
    for (const auto& entry : fs::directory_iterator(folder_ / "whole")) {
        const std::string name = entry.path().filename().string();
        if (entry.file_size() == 0 || name.starts_with("LOG")) continue;
        constexpr std::uintmax_t kFlipsPerFile = 200;
        const std::uintmax_t flips = std::min(kFlipsPerFile, entry.file_size());
        for (std::uintmax_t flip = 0; flip < flips; ++flip) {
            const std::uintmax_t at = entry.file_size() * (2 * flip + 1) / (2 * flips);
            SCOPED_TRACE(fmt::format("byte {} of {}", at, name));
            fs::remove_all(folder_ / "copy");
            fs::copy(folder_ / "whole", folder_ / "copy", fs::copy_options::recursive);
            FlipByte(fs::path(folder_ / "copy") / name, at);
            const auto read = ReadAll(folder_ / "copy");
            ++(read.ok() ? untouched : refused)[entry.path().extension().string()];
            if (read.ok()) {
                EXPECT_EQ(*read, *whole);
            }
        }
    }
    // The tables and the write-ahead log hold keys; of the rest much may change without a loss.
    EXPECT_GT(refused[".sst"], 20);
    EXPECT_GT(refused[".log"], 20);
    EXPECT_GT(untouched[""], 20);
}

}  // namespace
}  // namespace throughline
