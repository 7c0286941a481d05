// Page tokens fit one question, and nothing that was made up.
#include "services/views/page_token.h"

#include <gtest/gtest.h>

namespace throughline {
namespace {

TEST(PageTokenTest, GivesBackTheKeyForTheSameQuestionOnly) {
    const std::string key("\0key\xff", 5);
    const std::string token = EncodePageToken("question", key);
    EXPECT_EQ(DecodePageToken("question", token), key);
    EXPECT_EQ(DecodePageToken("another", token), std::nullopt);
}

TEST(PageTokenTest, RefusesWhatWasChangedCutOrMadeUp) {
    const std::string token = EncodePageToken("question", "some-row-key");
    for (std::size_t at = 0; at + 1 < token.size(); ++at) {
        std::string changed = token;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        EXPECT_EQ(DecodePageToken("question", changed), std::nullopt) << at;
        EXPECT_EQ(DecodePageToken("question", token.substr(0, at)), std::nullopt) << at;
    }
    EXPECT_EQ(DecodePageToken("question", ""), std::nullopt);
    EXPECT_EQ(DecodePageToken("question", "!!!"), std::nullopt);
    EXPECT_EQ(DecodePageToken("question", std::string(100'000, 'A')), std::nullopt);
}

}  // namespace
}  // namespace throughline
