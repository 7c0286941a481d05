// Which tokens are kept after they were verified, and how many.
#include "services/auth/verified_tokens.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace throughline {
namespace {

std::shared_ptr<const TokenClaims> ClaimsOf(const std::string& person) {
    TokenClaims claims;
    claims.identity.person_id = person;
    return std::make_shared<const TokenClaims>(claims);
}

TEST(VerifiedTokensTest, FindsWhatWasKeptAndNothingElse) {
    VerifiedTokens tokens(10);
    tokens.Keep("token-1", ClaimsOf("1"));
    tokens.Keep("token-2", ClaimsOf("2"));
    EXPECT_EQ(tokens.Find("token-1")->identity.person_id, "1");
    EXPECT_EQ(tokens.Find("token-2")->identity.person_id, "2");
    EXPECT_EQ(tokens.Find("token-3"), nullptr);
    EXPECT_EQ(tokens.Find("token-"), nullptr);
    EXPECT_EQ(tokens.Find(""), nullptr);
}

TEST(VerifiedTokensTest, NeverKeepsMoreThanItMay) {
    VerifiedTokens tokens(10);
    for (int i = 0; i < 1'000; ++i) {
        tokens.Keep("token-" + std::to_string(i), ClaimsOf("1"));
        EXPECT_LE(tokens.size(), 10U);
        tokens.Keep("token-" + std::to_string(i), ClaimsOf("1"));
        EXPECT_LE(tokens.size(), 10U);
    }
    EXPECT_GE(tokens.size(), 5U);
}

TEST(VerifiedTokensTest, KeepsWhatIsUsedAndLosesWhatIsNot) {
    VerifiedTokens tokens(10);
    tokens.Keep("used", ClaimsOf("used"));
    tokens.Keep("unused", ClaimsOf("unused"));
    for (int i = 0; i < 100; ++i) {
        tokens.Keep("token-" + std::to_string(i), ClaimsOf("1"));
        ASSERT_NE(tokens.Find("used"), nullptr) << i;
        EXPECT_LE(tokens.size(), 10U);
    }
    EXPECT_EQ(tokens.Find("used")->identity.person_id, "used");
    EXPECT_EQ(tokens.Find("unused"), nullptr);
}

TEST(VerifiedTokensTest, ServesManyThreads) {
    VerifiedTokens tokens(20);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&tokens, thread] {
            for (int i = 0; i < 2'000; ++i) {
                const std::string name = std::to_string((thread + i) % 50);
                const auto found = tokens.Find(name);
                if (found == nullptr) {
                    tokens.Keep(name, ClaimsOf(name));
                } else {
                    EXPECT_EQ(found->identity.person_id, name);
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_LE(tokens.size(), 20U);
}

}  // namespace
}  // namespace throughline
