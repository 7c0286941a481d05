// Rot shows: whichever byte of whichever file is flipped, the log refuses, or gives exactly what was written (P5).
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "tests/eventstore/log/log_ground.h"
#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {
namespace {

namespace fs = std::filesystem;

struct Content {
    std::vector<std::string> headers;
    std::vector<std::string> bodies;
    std::size_t tagged = 0;

    bool operator==(const Content&) const = default;
};

absl::StatusOr<Content> ReadAll(const RocksLogOptions& options) {
    auto log = RocksLog::Open(options);
    if (!log.ok()) return log.status();
    Content content;
    const auto batch = (*log)->Read({});
    if (!batch.ok()) return batch.status();
    for (const StoredRecord& record : batch->records) {
        content.headers.push_back(record.header);
        content.bodies.push_back(record.sealed_body);
    }
    const auto tagged = (*log)->Read({.query = AnyOf({"test.A"}, {"pupil:1"})});
    if (!tagged.ok()) return tagged.status();
    content.tagged = tagged->records.size();
    const auto command = (*log)->FindCommand(CommandHash("0"));
    if (!command.ok()) return command.status();
    if (!*command || (*command)->first != Position{0}) return absl::InternalError("a command was silently lost");
    return content;
}

void FlipByte(const fs::path& path, std::uintmax_t at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ 0x10));
}

TEST(LogDamageTest, DetectsAFlippedByteInEachKindOfFileOrIsNotTouchedByIt) {
    LogGround ground;
    for (int i = 0; i < 12; ++i) {
        // The restarts put what came before into tables; the last appends stay in the write-ahead log.
        RecordLog& log = i % 4 == 0 ? ground.Open() : *ground.log;
        ASSERT_TRUE(log.Append(MakeAppend(fmt::format("{}", i), {{.type = "test.A", .tags = {"pupil:1"}}, {}})).ok());
    }
    ground.Close();
    const auto whole = ReadAll(ground.options);
    ASSERT_TRUE(whole.ok()) << whole.status();
    ASSERT_EQ(whole->tagged, 12U);

    int refused = 0;
    int untouched = 0;
    const TemporaryFolder copies;
    for (const auto& entry : fs::recursive_directory_iterator(ground.path())) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_regular_file() || entry.file_size() == 0 || name.starts_with("LOG")) continue;
        constexpr std::uintmax_t kFlipsPerFile = 7;
        for (std::uintmax_t flip = 0; flip < kFlipsPerFile; ++flip) {
            const std::uintmax_t at = entry.file_size() * (2 * flip + 1) / (2 * kFlipsPerFile);
            SCOPED_TRACE(fmt::format("byte {} of {}", at, name));
            RocksLogOptions options = ground.options;
            options.path = copies.path() + "/copy";
            fs::remove_all(options.path);
            fs::copy(ground.path(), options.path, fs::copy_options::recursive);
            FlipByte(options.path / fs::relative(entry.path(), ground.path()), at);
            const auto read = ReadAll(options);
            ++(read.ok() ? untouched : refused);
            if (read.ok()) {
                EXPECT_EQ(*read, *whole);
            } else {
                EXPECT_NE(read.status().code(), absl::StatusCode::kInternal) << read.status();
            }
        }
    }
    EXPECT_GT(refused, 0);
    EXPECT_GT(untouched, 0) << "the spare slot of HEAD, at least";
}

}  // namespace
}  // namespace throughline::testing
