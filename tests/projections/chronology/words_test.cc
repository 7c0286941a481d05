// Names from the contracts, as people say them.
#include "projections/chronology/words.h"

#include <gtest/gtest.h>

#include "tests/projections/runner/pupil_facts.h"
#include "throughline/events/v1/provision.pb.h"
#include "throughline/events/v1/referral.pb.h"

namespace throughline {
namespace {

TEST(WordsTest, SayWhatAValueIs) {
    EXPECT_EQ(InWords(events::v1::STAFF_ROLE_SENCO), "SENCo");
    EXPECT_EQ(InWords(events::v1::STAFF_ROLE_DEPUTY_DSL), "deputy DSL");
    EXPECT_EQ(InWords(events::v1::STAFF_ROLE_IAP_LEAD), "IAP lead");
    EXPECT_EQ(InWords(events::v1::STAFF_ROLE_SENIOR_LEADER), "senior leader");
    EXPECT_EQ(InWords(events::v1::PRIOR_SUPPORT_KIND_SEN_ASSESSMENT), "SEN assessment");
    EXPECT_EQ(InWords(events::v1::PLACEMENT_PURPOSE_QUALIFICATIONS_AND_POST_16), "qualifications and post-16");
    EXPECT_EQ(InWords(events::v1::REFERRAL_REASON_EMOTIONALLY_BASED_NON_ATTENDANCE),
              "emotionally based non-attendance");
    EXPECT_EQ(InWords(events::v1::RECOMMENDATION_FOR), "for");
}

TEST(WordsTest, NameANumberThatTheyDoNotKnow) {
    EXPECT_EQ(InWords(static_cast<events::v1::StaffRole>(99)), "unknown (99)");
}

TEST(WordsTest, SayWhatATypeIs) {
    EXPECT_EQ(TypeInWords("throughline.events.v1.PriorSupportRecorded"), "Prior support recorded");
    EXPECT_EQ(TypeInWords(""), "");
}

TEST(WordsTest, WriteADateAsItIsSaid) {
    EXPECT_EQ(InWords(PupilFacts::On(2025, 9, 1)), "1 September 2025");
    EXPECT_EQ(InWords(events::v1::Date()), "");
}

TEST(WordsTest, SayWhoActedInWhichRoles) {
    events::v1::Actor actor;
    actor.set_person_id("person-1");
    EXPECT_EQ(InWords(actor), "person-1");
    actor.set_name("Jo Bright");
    actor.add_roles(events::v1::STAFF_ROLE_SENCO);
    actor.add_roles(events::v1::STAFF_ROLE_CLASS_TEACHER);
    EXPECT_EQ(InWords(actor), "Jo Bright (SENCo, class teacher)");
}

}  // namespace
}  // namespace throughline
