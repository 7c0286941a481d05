// Roles as words, and what a caller with them is.
#include "services/auth/role_words.h"

#include <gtest/gtest.h>

#include "services/auth/identity.h"

namespace throughline {
namespace {

TEST(RoleWordsTest, GoToARoleAndBackForEveryRole) {
    for (const std::string& word : RoleWords()) {
        const auto role = ParseRoleWord(word);
        ASSERT_TRUE(role.has_value()) << word;
        EXPECT_EQ(RoleWord(*role), word);
    }
    EXPECT_EQ(RoleWord(events::v1::STAFF_ROLE_DEPUTY_DSL), "deputy-dsl");
}

TEST(RoleWordsTest, DoNotNameTheUnspecifiedRole) {
    EXPECT_FALSE(ParseRoleWord("unspecified").has_value());
    EXPECT_FALSE(ParseRoleWord("").has_value());
    EXPECT_FALSE(ParseRoleWord("SENCO").has_value());
}

TEST(IdentityTest, LeadsASchoolAsSeniorLeaderOrHeadteacherOnly) {
    for (const std::string& word : RoleWords()) {
        Identity identity;
        identity.roles = {*ParseRoleWord(word)};
        EXPECT_EQ(identity.LeadsSchool(), word == "senior-leader" || word == "headteacher") << word;
    }
}

TEST(IdentityTest, IsWrittenIntoFactsWhole) {
    const Identity identity{.party = Party::kStaff,
                            .person_id = "p1",
                            .name = "N",
                            .roles = {events::v1::STAFF_ROLE_DSL, events::v1::STAFF_ROLE_SENCO},
                            .urn = "100001"};
    const events::v1::Actor actor = identity.ToActor();
    EXPECT_EQ(actor.person_id(), "p1");
    EXPECT_EQ(actor.name(), "N");
    EXPECT_EQ(actor.urn(), "100001");
    EXPECT_EQ(actor.roles_size(), 2);
}

}  // namespace
}  // namespace throughline
