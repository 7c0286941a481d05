// The line that each fact of a referral has in a timeline.
#include "projections/chronology/headline.h"

#include <gtest/gtest.h>

#include "tests/projections/runner/pupil_facts.h"

namespace throughline {
namespace {

std::string Text(const Summary& summary) {
    std::string text = summary.headline;
    for (const views::v1::Detail& detail : summary.details) text += "\n" + detail.label() + ": " + detail.text();
    return text;
}

std::string Told(const events::v1::Fact& fact) {
    const absl::StatusOr<Summary> summary = Summarise(fact);
    return summary.ok() ? Text(*summary) : std::string(summary.status().message());
}

class HeadlineTest : public testing::Test {
  protected:
    const PupilFacts ada;
    events::v1::Fact fact = PupilFacts::FactOn(PupilFacts::On(2025, 9, 1));
    events::v1::ReferralFact& referral = *fact.mutable_referral();
};

TEST_F(HeadlineTest, OfAPupilRegistered) {
    EXPECT_EQ(Told(ada.Registered(PupilFacts::On(2025, 9, 1), "Ada", "Field")),
              "Pupil registered: Ada Field, year 8\n"
              "UPN: A123456789012\n"
              "Date of birth: 17 May 2012\n"
              "Recorded by: Jo Bright (SENCo)");
}

TEST_F(HeadlineTest, OfAReferralRaised) {
    EXPECT_EQ(Told(ada.Raised(PupilFacts::On(2025, 9, 1), "Cannot settle after lunch.")),
              "Referral raised: risk of suspension, SEMH\n"
              "Concern: Cannot settle after lunch.\n"
              "Recorded by: Jo Bright (SENCo)");
}

TEST_F(HeadlineTest, OfPriorSupportThatGoesOn) {
    events::v1::PriorSupportRecorded& support = *referral.mutable_prior_support_recorded();
    support.set_kind(events::v1::PRIOR_SUPPORT_KIND_TIME_OUT_CARD);
    support.set_description("Card used twice a day.");
    *support.mutable_started_on() = PupilFacts::On(2025, 6, 2);
    EXPECT_EQ(Told(fact),
              "Prior support: time out card\n"
              "What was done: Card used twice a day.\n"
              "From: 2 June 2025\n"
              "Recorded by: Jo Bright (SENCo)");
}

TEST_F(HeadlineTest, OfAViewGiven) {
    events::v1::ProfessionalViewGiven& view = *referral.mutable_professional_view_given();
    view.set_role(events::v1::STAFF_ROLE_SENCO);
    view.set_recommendation(events::v1::RECOMMENDATION_AGAINST);
    view.set_reasons("Assess first.");
    EXPECT_EQ(Told(fact),
              "Professional view: SENCo, against\n"
              "Reasons: Assess first.\n"
              "Recorded by: Jo Bright (SENCo)");
}

TEST_F(HeadlineTest, OfAReferralAcceptedWithEveryKindOfGapOverridden) {
    events::v1::ReferralAccepted& accepted = *referral.mutable_accepted();
    *accepted.mutable_start_on() = PupilFacts::On(2025, 10, 6);
    *accepted.mutable_planned_end_on() = PupilFacts::On(2025, 11, 14);
    accepted.set_purpose(events::v1::PLACEMENT_PURPOSE_REINTEGRATION);
    accepted.set_reasons("A calmer start.");
    const auto waive = [&accepted](events::v1::GapKind kind) -> events::v1::Gap& {
        events::v1::Override& waived = *accepted.add_overrides();
        waived.set_reason("agreed");
        waived.mutable_gap()->set_kind(kind);
        return *waived.mutable_gap();
    };
    waive(events::v1::GAP_KIND_PRIOR_SUPPORT).set_prior_support(events::v1::PRIOR_SUPPORT_KIND_MENTORING);
    waive(events::v1::GAP_KIND_PRIOR_SUPPORT_ITEMS);
    waive(events::v1::GAP_KIND_PROFESSIONAL_VIEW).set_role(events::v1::STAFF_ROLE_DSL);
    waive(events::v1::GAP_KIND_LEAD_TIME);
    EXPECT_EQ(Told(fact),
              "Referral accepted: from 6 October 2025\n"
              "Purpose: reintegration\n"
              "Planned to: 14 November 2025\n"
              "Reasons: A calmer start.\n"
              "Override (prior support: mentoring): agreed\n"
              "Override (prior support items): agreed\n"
              "Override (view of DSL): agreed\n"
              "Override (lead time): agreed\n"
              "Recorded by: Jo Bright (SENCo)");
}

TEST_F(HeadlineTest, OfAReferralDeclined) {
    referral.mutable_declined()->set_reasons("Mentoring first.");
    referral.mutable_declined()->set_other_support_agreed("Weekly mentoring");
    EXPECT_EQ(Told(fact),
              "Referral declined\n"
              "Reasons: Mentoring first.\n"
              "Other support agreed: Weekly mentoring\n"
              "Recorded by: Jo Bright (SENCo)");
}

TEST_F(HeadlineTest, IsRefusedForAFactThatIsNotKnown) {
    EXPECT_EQ(Told(fact), "a fact that this program does not know; use a newer one");
    EXPECT_EQ(Told(PupilFacts::Annulment("id", "why")), "a fact that this program does not know; use a newer one");
}

}  // namespace
}  // namespace throughline
