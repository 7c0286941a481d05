// Which tokens count, and which do not: forged, expired, from elsewhere, too large, of another algorithm.
#include "services/auth/token_authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <jwt.h>
#include <nlohmann/json.hpp>

#include "eventstore/base/status_details.h"
#include "services/auth/token_claims.h"
#include "services/auth/token_issuer.h"
#include "services/auth/token_keys.h"

namespace throughline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kNow = 1'800'000'000;
constexpr std::string_view kRealIssuer = "https://id.trust.example";

struct RawToken {
    std::string json;
    jwt_alg_t algorithm = JWT_ALG_ES256;
    std::string key;
};

/// Signs whatever it is told to, as an attacker would.
std::string Sign(const RawToken& raw) {
    jwt_t* jwt = nullptr;
    EXPECT_EQ(jwt_new(&jwt), 0);
    EXPECT_EQ(jwt_add_grants_json(jwt, raw.json.c_str()), 0);
    const auto* key = reinterpret_cast<const unsigned char*>(raw.key.data());
    EXPECT_EQ(jwt_set_alg(jwt, raw.algorithm, raw.key.empty() ? nullptr : key, static_cast<int>(raw.key.size())), 0);
    char* text = jwt_encode_str(jwt);
    const std::string token = text == nullptr ? "" : text;
    free(text);
    jwt_free(jwt);
    return token;
}

class TokenTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        keys_ = new TokenKeyPair(*MakeTokenKeys());
        other_keys_ = new TokenKeyPair(*MakeTokenKeys());
    }
    static void TearDownTestSuite() {
        delete keys_;
        delete other_keys_;
    }

    [[nodiscard]] std::unique_ptr<TokenAuthenticator> Synthetic() const {
        return *TokenAuthenticator::Make(
            {.issuer = SyntheticIssuer(store_), .public_pems = {keys_->public_pem}, .synthetic = true}, clock_);
    }
    [[nodiscard]] std::unique_ptr<TokenAuthenticator> Real() const {
        return *TokenAuthenticator::Make(
            {.issuer = std::string(kRealIssuer), .public_pems = {keys_->public_pem}, .synthetic = false}, clock_);
    }
    [[nodiscard]] std::string Issue(const Identity& identity,
                                    std::chrono::seconds lifetime = std::chrono::hours(1)) const {
        return *TokenIssuer(keys_->private_pem, SyntheticIssuer(store_), clock_).Issue(identity, lifetime);
    }
    [[nodiscard]] static nlohmann::json RealClaims() {
        return {{"iss", kRealIssuer},        {"aud", "throughline"}, {"sub", "person-7"},
                {"name", "Ada Senco"},       {"party", "staff"},     {"urn", "123456"},
                {"roles", {"senco", "dsl"}}, {"iat", kNow - 10},     {"exp", kNow + 600}};
    }
    [[nodiscard]] std::string ReasonFor(const nlohmann::json& claims) const {
        return ReasonOf(Real()->Check(Sign({claims.dump(), JWT_ALG_ES256, keys_->private_pem})).status());
    }

    static Identity Senco() {
        return {.party = Party::kStaff,
                .person_id = "person-7",
                .name = "Ada Senco",
                .roles = {events::v1::STAFF_ROLE_SENCO},
                .urn = "123456"};
    }

    static inline TokenKeyPair* keys_ = nullptr;
    static inline TokenKeyPair* other_keys_ = nullptr;
    const Uuid store_ = RandomUuid();
    StandingClock clock_{FromMicros(kNow * 1'000'000)};
};

TEST_F(TokenTest, OfTheStoresOwnIssuerTellsWhoCalls) {
    const auto identity = Synthetic()->Check(Issue(Senco()));
    ASSERT_TRUE(identity.ok()) << identity.status();
    EXPECT_EQ(identity->party, Party::kStaff);
    EXPECT_EQ(identity->person_id, "person-7");
    EXPECT_EQ(identity->name, "Ada Senco");
    EXPECT_EQ(identity->urn, "123456");
    EXPECT_THAT(identity->roles, ElementsAre(events::v1::STAFF_ROLE_SENCO));
}

TEST_F(TokenTest, ForAnOperatorNeedsNoSchool) {
    const auto identity =
        Synthetic()->Check(Issue({.party = Party::kOperator, .person_id = "op", .name = "", .roles = {}, .urn = ""}));
    ASSERT_TRUE(identity.ok()) << identity.status();
    EXPECT_EQ(identity->party, Party::kOperator);
}

TEST_F(TokenTest, IsNotIssuedForStaffWithoutASchool) {
    Identity identity = Senco();
    identity.urn.clear();
    const TokenIssuer issuer(keys_->private_pem, SyntheticIssuer(store_), clock_);
    EXPECT_EQ(issuer.Issue(identity, std::chrono::hours(1)).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(TokenTest, OfAnotherKeyIsForged) {
    const std::string token = Sign({RealClaims().dump(), JWT_ALG_ES256, other_keys_->private_pem});
    EXPECT_EQ(ReasonOf(Real()->Check(token).status()), "TOKEN_FORGED");
}

TEST_F(TokenTest, WithAnyLetterChangedIsRefused) {
    const std::string token = Issue(Senco());
    const auto authenticator = Synthetic();
    for (std::size_t i = 0; i + 1 < token.size(); ++i) {
        if (token[i] == '.') continue;
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        if (changed == token) continue;
        EXPECT_EQ(authenticator->Check(changed).status().code(), absl::StatusCode::kUnauthenticated) << i;
    }
}

TEST_F(TokenTest, ThatWasSeenBeforeVouchesForNoOtherOfNearlyTheSameLetters) {
    const std::string token = Issue(Senco());
    const std::string other = Issue({.party = Party::kOperator, .person_id = "op", .name = "", .roles = {}, .urn = ""});
    const auto authenticator = Synthetic();
    ASSERT_TRUE(authenticator->Check(token).ok());
    ASSERT_TRUE(authenticator->Check(other).ok());
    for (std::size_t i = 0; i + 1 < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_EQ(authenticator->Check(changed).status().code(), absl::StatusCode::kUnauthenticated) << i;
    }
    // What one says, signed with the signature of the other.
    const std::string spliced = other.substr(0, other.rfind('.')) + token.substr(token.rfind('.'));
    EXPECT_EQ(ReasonOf(authenticator->Check(spliced).status()), "TOKEN_FORGED");
    EXPECT_EQ(ReasonOf(authenticator->Check(spliced).status()), "TOKEN_FORGED");
    EXPECT_EQ(authenticator->Check(token + " ").status().code(), absl::StatusCode::kUnauthenticated);
    EXPECT_EQ(authenticator->Check(token)->person_id, "person-7");
    EXPECT_EQ(authenticator->Check(other)->party, Party::kOperator);
}

TEST_F(TokenTest, ThatWasSeenBeforeExpiresByTheSecond) {
    const std::string token = Issue(Senco(), std::chrono::seconds(10));
    const auto authenticator = Synthetic();
    ASSERT_TRUE(authenticator->Check(token).ok());
    clock_.MoveTo(FromMicros((kNow + 9) * 1'000'000));
    EXPECT_TRUE(authenticator->Check(token).ok());
    clock_.MoveTo(FromMicros((kNow + 10) * 1'000'000));
    EXPECT_EQ(ReasonOf(authenticator->Check(token).status()), "TOKEN_EXPIRED");
}

TEST_F(TokenTest, ThatWasRefusedAsTooEarlyCountsOnceItsTimeHasCome) {
    nlohmann::json claims = RealClaims();
    claims["nbf"] = kNow + 61;
    const std::string token = Sign({claims.dump(), JWT_ALG_ES256, keys_->private_pem});
    const auto authenticator = Real();
    EXPECT_EQ(ReasonOf(authenticator->Check(token).status()), "TOKEN_NOT_YET");
    clock_.MoveTo(FromMicros((kNow + 1) * 1'000'000));
    EXPECT_TRUE(authenticator->Check(token).ok());
}

TEST_F(TokenTest, CountsForAsManyBearersAsComeHoweverFewAreKept) {
    const auto authenticator = Synthetic();
    std::vector<std::string> tokens;
    for (std::size_t i = 0; i < kVerifiedTokensMax + 100; ++i) {
        Identity identity = Senco();
        identity.person_id = "person-" + std::to_string(i);
        tokens.push_back(Issue(identity));
    }
    for (int round = 0; round < 2; ++round) {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            EXPECT_EQ(authenticator->Check(tokens[i])->person_id, "person-" + std::to_string(i));
        }
    }
}

TEST_F(TokenTest, CutShortAnywhereIsRefused) {
    const std::string token = Issue(Senco());
    const auto authenticator = Synthetic();
    for (std::size_t length = 0; length < token.size(); ++length) {
        EXPECT_EQ(authenticator->Check(token.substr(0, length)).status().code(), absl::StatusCode::kUnauthenticated);
    }
}

TEST_F(TokenTest, WithoutASignatureIsRefused) {
    const std::string token = Sign({RealClaims().dump(), JWT_ALG_NONE, ""});
    EXPECT_EQ(ReasonOf(Real()->Check(token).status()), "TOKEN_MALFORMED");
}

TEST_F(TokenTest, SignedWithThePublicKeyAsASecretIsRefused) {
    for (const jwt_alg_t algorithm : {JWT_ALG_HS256, JWT_ALG_HS512}) {
        const std::string token = Sign({RealClaims().dump(), algorithm, keys_->public_pem});
        EXPECT_EQ(ReasonOf(Real()->Check(token).status()), "TOKEN_MALFORMED");
    }
}

TEST_F(TokenTest, ExpiresByTheSecond) {
    nlohmann::json claims = RealClaims();
    claims["exp"] = kNow + 1;
    EXPECT_EQ(ReasonFor(claims), "");
    claims["exp"] = kNow;
    EXPECT_EQ(ReasonFor(claims), "TOKEN_EXPIRED");
}

TEST_F(TokenTest, OfTheFutureIsRefusedBeyondTheSkewOfClocks) {
    nlohmann::json claims = RealClaims();
    claims["nbf"] = kNow + 60;
    EXPECT_EQ(ReasonFor(claims), "");
    claims["nbf"] = kNow + 61;
    EXPECT_EQ(ReasonFor(claims), "TOKEN_NOT_YET");
    claims.erase("nbf");
    claims["iat"] = kNow + 61;
    EXPECT_EQ(ReasonFor(claims), "TOKEN_NOT_YET");
}

TEST_F(TokenTest, OfAnotherIssuerOrForAnotherServiceIsRefused) {
    nlohmann::json claims = RealClaims();
    claims["iss"] = "https://id.other.example";
    EXPECT_EQ(ReasonFor(claims), "TOKEN_FROM_ELSEWHERE");
    claims = RealClaims();
    claims["aud"] = "payroll";
    EXPECT_EQ(ReasonFor(claims), "TOKEN_FROM_ELSEWHERE");
}

TEST_F(TokenTest, OfASyntheticStoreNeverCountsElsewhere) {
    nlohmann::json claims = RealClaims();
    claims["syn"] = true;
    EXPECT_EQ(ReasonFor(claims), "TOKEN_FROM_ELSEWHERE");
    EXPECT_EQ(ReasonOf(Real()->Check(Issue(Senco())).status()), "TOKEN_FROM_ELSEWHERE");
    const auto wrong = TokenAuthenticator::Make(
        {.issuer = SyntheticIssuer(store_), .public_pems = {keys_->public_pem}, .synthetic = false}, clock_);
    EXPECT_EQ(wrong.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(TokenTest, OfARealIssuerDoesNotCountInASyntheticStore) {
    const std::string token = Sign({RealClaims().dump(), JWT_ALG_ES256, keys_->private_pem});
    EXPECT_EQ(ReasonOf(Synthetic()->Check(token).status()), "TOKEN_FROM_ELSEWHERE");
}

TEST_F(TokenTest, WithAnyClaimMissingOrOfTheWrongKindIsRefused) {
    for (const char* claim : {"iss", "aud", "sub", "party", "urn", "roles", "exp"}) {
        nlohmann::json claims = RealClaims();
        claims.erase(claim);
        EXPECT_EQ(ReasonFor(claims), "TOKEN_MALFORMED") << claim;
        for (const nlohmann::json& wrong : {nlohmann::json(nullptr), nlohmann::json(-1), nlohmann::json::array({7}),
                                            nlohmann::json::object(), nlohmann::json(1e300)}) {
            claims[claim] = wrong;
            EXPECT_EQ(ReasonFor(claims), "TOKEN_MALFORMED") << claim << " " << wrong;
        }
    }
}

TEST_F(TokenTest, WithClaimsOverTheirLimitsIsRefused) {
    nlohmann::json claims = RealClaims();
    claims["sub"] = std::string(kPersonIdBytesMax, 'p');
    EXPECT_EQ(ReasonFor(claims), "");
    claims["sub"] = std::string(kPersonIdBytesMax + 1, 'p');
    EXPECT_EQ(ReasonFor(claims), "TOKEN_MALFORMED");
    claims = RealClaims();
    claims["urn"] = "12345";
    EXPECT_EQ(ReasonFor(claims), "TOKEN_MALFORMED");
    claims["urn"] = "12345x";
    EXPECT_EQ(ReasonFor(claims), "TOKEN_MALFORMED");
    claims = RealClaims();
    claims["roles"] = {"emperor"};
    EXPECT_EQ(ReasonFor(claims), "TOKEN_MALFORMED");
}

TEST_F(TokenTest, OfExactlyTheLargestSizeIsLookedAtAndOneByteMoreIsNot) {
    const auto authenticator = Real();
    EXPECT_EQ(ReasonOf(authenticator->Check(std::string(kTokenBytesMax, 'a')).status()), "TOKEN_MALFORMED");
    EXPECT_EQ(ReasonOf(authenticator->Check(std::string(kTokenBytesMax + 1, 'a')).status()), "TOKEN_TOO_LARGE");
}

TEST_F(TokenTest, OfGarbageIsRefused) {
    const auto authenticator = Real();
    for (const std::string token : {"", ".", "..", "a.b.c", "Zm9v.YmFy.", "\x01\x02\xff", "e30.e30.e30"}) {
        EXPECT_EQ(authenticator->Check(token).status().code(), absl::StatusCode::kUnauthenticated);
    }
}

TEST_F(TokenTest, RefusedSaysWhatToDoAndRepeatsNothingOfIt) {
    nlohmann::json claims = RealClaims();
    claims["exp"] = kNow - 1;
    claims["name"] = "Canary Quillfeather";
    const auto refused = Real()->Check(Sign({claims.dump(), JWT_ALG_ES256, keys_->private_pem}));
    EXPECT_THAT(std::string(refused.status().message()), HasSubstr("authorization: Bearer"));
    EXPECT_THAT(std::string(refused.status().message()), Not(HasSubstr("Quillfeather")));
}

TEST_F(TokenTest, OfEitherOfTwoKeysCountsWhileKeysChange) {
    const auto both = TokenAuthenticator::Make({.issuer = std::string(kRealIssuer),
                                                .public_pems = {other_keys_->public_pem, keys_->public_pem},
                                                .synthetic = false},
                                               clock_);
    ASSERT_TRUE(both.ok());
    EXPECT_TRUE((*both)->Check(Sign({RealClaims().dump(), JWT_ALG_ES256, keys_->private_pem})).ok());
    EXPECT_TRUE((*both)->Check(Sign({RealClaims().dump(), JWT_ALG_ES256, other_keys_->private_pem})).ok());
}

TEST(TokenKeysTest, OnAnotherCurveOrNoKeyAtAllAreRefused) {
    EXPECT_FALSE(CheckPublicKey("").ok());
    EXPECT_FALSE(CheckPublicKey("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n").ok());
    EXPECT_TRUE(CheckPublicKey(MakeTokenKeys()->public_pem).ok());
}

}  // namespace
}  // namespace throughline
