// Limits as events/v1/referral.proto states them.
#include "services/casework/referral/validate.h"

#include <fmt/format.h>

#include "services/casework/referral/gaps.h"

namespace throughline {
namespace {

/// More cannot be open at once: a gap for each kind of support, each role, the count and the lead time.
constexpr int kOverridesMax = 25;

void ValidateGap(const events::v1::Gap& gap, FieldChecks fields) {
    fields.Choice("kind", gap.kind());
    if (gap.kind() == events::v1::GAP_KIND_PRIOR_SUPPORT) {
        fields.Choice("prior_support", gap.prior_support());
    } else {
        fields.Require(gap.prior_support() == events::v1::PRIOR_SUPPORT_KIND_UNSPECIFIED, "prior_support",
                       "give it only where kind is GAP_KIND_PRIOR_SUPPORT");
    }
    if (gap.kind() == events::v1::GAP_KIND_PROFESSIONAL_VIEW) {
        fields.Choice("role", gap.role());
    } else {
        fields.Require(gap.role() == events::v1::STAFF_ROLE_UNSPECIFIED, "role",
                       "give it only where kind is GAP_KIND_PROFESSIONAL_VIEW");
    }
}

void ValidateOverrides(const events::v1::ReferralAccepted& fact, FieldChecks& fields) {
    if (fact.overrides_size() > kOverridesMax) {
        return fields.Require(false, "overrides", fmt::format("give at most {}", kOverridesMax));
    }
    for (int i = 0; i < fact.overrides_size(); ++i) {
        FieldChecks nested = fields.In(fmt::format("overrides[{}]", i));
        ValidateGap(fact.overrides(i).gap(), nested.In("gap"));
        nested.Prose("reason", fact.overrides(i).reason(), kReason);
        for (int earlier = 0; earlier < i; ++earlier) {
            nested.Require(!SameGap(fact.overrides(earlier).gap(), fact.overrides(i).gap()), "gap",
                           "name each gap only once");
        }
    }
}

}  // namespace

void Validate(const events::v1::ReferralRaised& fact, FieldChecks& fields) {
    fields.Choices<events::v1::ReferralReason>("reasons", fact.reasons(), 1);
    fields.Prose("concern", fact.concern(), kAccount);
    fields.Prose("hoped_for_outcomes", fact.hoped_for_outcomes(), kOptionalAccount);
}

void Validate(const events::v1::PriorSupportRecorded& fact, FieldChecks& fields) {
    fields.Choice("kind", fact.kind());
    fields.Prose("description", fact.description(), kAccount);
    const std::optional<Day> started = fields.PastDate("started_on", fact.has_started_on(), fact.started_on());
    if (fact.has_ended_on()) {
        const std::optional<Day> ended = fields.PastDate("ended_on", true, fact.ended_on());
        fields.Require(!started || !ended || *ended >= *started, "ended_on",
                       "give a day that is not before started_on");
    }
    fields.Prose("evaluation", fact.evaluation(), kOptionalAccount);
    fields.Prose("impact", fact.impact(), kOptionalAccount);
}

void Validate(const events::v1::ProfessionalViewGiven& fact, FieldChecks& fields) {
    fields.Choice("role", fact.role());
    fields.Choice("recommendation", fact.recommendation());
    fields.Prose("reasons", fact.reasons(), kAccount);
}

void Validate(const events::v1::ReferralAccepted& fact, FieldChecks& fields) {
    const std::optional<Day> start = fields.Date("start_on", fact.has_start_on(), fact.start_on());
    const std::optional<Day> end = fields.Date("planned_end_on", fact.has_planned_end_on(), fact.planned_end_on());
    fields.Require(!start || !end || *end > *start, "planned_end_on", "give a day that is after start_on");
    fields.Choice("purpose", fact.purpose());
    fields.Prose("reasons", fact.reasons(), kAccount);
    fields.Prose("conditions", fact.conditions(), kOptionalAccount);
    ValidateOverrides(fact, fields);
}

void Validate(const events::v1::ReferralDeclined& fact, FieldChecks& fields) {
    fields.Prose("reasons", fact.reasons(), kAccount);
    fields.Prose("other_support_agreed", fact.other_support_agreed(), kOptionalAccount);
}

void Validate(const events::v1::ReferralFact& fact, FieldChecks& fields) {
    switch (fact.fact_case()) {
        case events::v1::ReferralFact::kRaised: {
            FieldChecks nested = fields.In("raised");
            return Validate(fact.raised(), nested);
        }
        case events::v1::ReferralFact::kPriorSupportRecorded: {
            FieldChecks nested = fields.In("prior_support_recorded");
            return Validate(fact.prior_support_recorded(), nested);
        }
        case events::v1::ReferralFact::kProfessionalViewGiven: {
            FieldChecks nested = fields.In("professional_view_given");
            return Validate(fact.professional_view_given(), nested);
        }
        case events::v1::ReferralFact::kAccepted: {
            FieldChecks nested = fields.In("accepted");
            return Validate(fact.accepted(), nested);
        }
        case events::v1::ReferralFact::kDeclined: {
            FieldChecks nested = fields.In("declined");
            return Validate(fact.declined(), nested);
        }
        case events::v1::ReferralFact::FACT_NOT_SET:
            return fields.Require(false, "fact", "say what happened");
    }
}

}  // namespace throughline
