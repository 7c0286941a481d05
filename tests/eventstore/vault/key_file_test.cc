// The key file: made once, for its owner's eyes, and refused with words that help.
#include "eventstore/vault/key_file.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "eventstore/base/status_details.h"
#include "tests/eventstore/vault/temp_folder.h"

namespace throughline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kDigits = "00112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeff";

class KeyFileTest : public ::testing::Test {
  protected:
    absl::StatusOr<KeyEncryptionKey> ReadText(std::string_view text, mode_t mode = 0600) {
        std::ofstream(path_) << text;
        EXPECT_EQ(chmod(path_.c_str(), mode), 0);
        return ReadKeyFile(path_);
    }

    TempFolder folder_;
    std::string path_ = folder_ / "key";
};

TEST_F(KeyFileTest, ReadsWhatItMade) {
    ASSERT_TRUE(CreateKeyFile(path_).ok());
    const auto key = ReadKeyFile(path_);
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_NE(*key, KeyEncryptionKey{});
    EXPECT_EQ(*ReadKeyFile(path_), *key);
}

TEST_F(KeyFileTest, MakesAnotherKeyEachTime) {
    ASSERT_TRUE(CreateKeyFile(path_).ok());
    ASSERT_TRUE(CreateKeyFile(folder_ / "other").ok());
    EXPECT_NE(*ReadKeyFile(path_), *ReadKeyFile(folder_ / "other"));
}

TEST_F(KeyFileTest, OnlyItsOwnerMayReadIt) {
    ASSERT_TRUE(CreateKeyFile(path_).ok());
    struct stat about {};
    ASSERT_EQ(stat(path_.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 07777U, 0600U);
}

TEST_F(KeyFileTest, NeverOverwritesAKey) {
    ASSERT_TRUE(CreateKeyFile(path_).ok());
    const auto key = ReadKeyFile(path_);
    EXPECT_EQ(CreateKeyFile(path_).code(), absl::StatusCode::kAlreadyExists);
    EXPECT_EQ(*ReadKeyFile(path_), *key);
}

TEST_F(KeyFileTest, SaysThatTheFolderIsMissing) {
    EXPECT_EQ(CreateKeyFile(folder_ / "none/key").code(), absl::StatusCode::kUnavailable);
}

TEST_F(KeyFileTest, AMissingFileSaysWhatToDo) {
    const auto key = ReadKeyFile(path_);
    EXPECT_EQ(key.status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ReasonOf(key.status()), "KEY_FILE_MISSING");
    EXPECT_THAT(std::string(key.status().message()), HasSubstr("restore it"));
}

TEST_F(KeyFileTest, RefusesAFileThatOthersMayRead) {
    for (const mode_t mode : {0640U, 0604U, 0620U, 0666U, 0601U}) {
        const auto key = ReadText(kDigits, mode);
        EXPECT_EQ(key.status().code(), absl::StatusCode::kFailedPrecondition) << mode;
        EXPECT_EQ(ReasonOf(key.status()), "KEY_FILE_EXPOSED");
    }
    EXPECT_TRUE(ReadText(kDigits, 0400).ok());
}

TEST_F(KeyFileTest, ReadsCommentsEitherCaseAndAnyLineEnd) {
    const auto key = ReadText(std::string("# kept in the safe\r\n\n") + std::string(kDigits) + "\r\n# end");
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ((*key)[1], 0x11);
    EXPECT_EQ((*key)[10], 0xAA);
    EXPECT_EQ((*key)[31], 0xFF);
}

TEST_F(KeyFileTest, RefusesWhatIsNoKeyAndNeverRepeatsIt) {
    const std::string digits(kDigits);
    for (const std::string& text :
         {std::string(), std::string("# only words\n"), digits.substr(1), digits + "0", digits + "\n" + digits,
          "g" + digits.substr(1), " " + digits, digits + "\nrest", std::string(5000, '#') + "\n" + digits}) {
        const auto key = ReadText(text);
        EXPECT_EQ(key.status().code(), absl::StatusCode::kInvalidArgument) << text;
        EXPECT_EQ(ReasonOf(key.status()), "KEY_FILE_MALFORMED");
        EXPECT_THAT(std::string(key.status().message()), Not(HasSubstr("2233")));
    }
}

TEST_F(KeyFileTest, RefusesAFolder) {
    EXPECT_FALSE(ReadKeyFile(folder_.path()).ok());
}

}  // namespace
}  // namespace throughline
