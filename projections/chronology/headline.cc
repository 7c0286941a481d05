// What each fact says, in the sector's words. Adding a fact: the compiler asks for its line here.
#include "projections/chronology/headline.h"

#include <utility>

#include <fmt/format.h>

#include "projections/chronology/words.h"

namespace throughline {
namespace {

using events::v1::Fact;
using events::v1::Gap;
using events::v1::GapKind;

/// Gathers details, leaving out what is empty.
class Telling {
  public:
    explicit Telling(std::string headline) { summary_.headline = std::move(headline); }

    Telling& With(std::string_view label, std::string text) {
        if (text.empty()) return *this;
        views::v1::Detail& detail = summary_.details.emplace_back();
        detail.set_label(std::string(label));
        detail.set_text(std::move(text));
        return *this;
    }

    Summary Take() { return std::move(summary_); }

  private:
    Summary summary_;
};

std::string Counted(int number) {
    return number == 0 ? std::string() : std::to_string(number);
}

std::string GapInWords(const Gap& gap) {
    switch (gap.kind()) {
        case events::v1::GAP_KIND_PRIOR_SUPPORT:
            return fmt::format("prior support: {}", InWords(gap.prior_support()));
        case events::v1::GAP_KIND_PROFESSIONAL_VIEW:
            return fmt::format("view of {}", InWords(gap.role()));
        case events::v1::GAP_KIND_PRIOR_SUPPORT_ITEMS:
        case events::v1::GAP_KIND_LEAD_TIME:
        case events::v1::GAP_KIND_UNSPECIFIED:
        case events::v1::GapKind_INT_MIN_SENTINEL_DO_NOT_USE_:
        case events::v1::GapKind_INT_MAX_SENTINEL_DO_NOT_USE_:
            break;
    }
    return InWords(gap.kind());
}

Telling Tell(const events::v1::SchoolRegistered& fact) {
    return Telling(fmt::format("School registered: {}", fact.name()))
        .With("URN", fact.urn())
        .With("Type", InWords(fact.type()))
        .With("Phase", InWords(fact.phase()))
        .With("Local authority", fact.local_authority())
        .With("Trust", fact.trust());
}

Telling Tell(const events::v1::StaffJoined& fact) {
    return Telling(fmt::format("Staff joined: {}", fact.name()))
        .With("Roles", ListInWords<events::v1::StaffRole>(fact.roles()));
}

Telling Tell(const events::v1::ProvisionOpened& fact) {
    return Telling(fmt::format("Provision opened: {}", fact.local_name()))
        .With("Phase", InWords(fact.phase()))
        .With("Purpose and vision", fact.purpose_and_vision());
}

Telling Tell(const events::v1::StrandAdded& fact) {
    return Telling(fmt::format("Strand added: {}", fact.name()))
        .With("Purposes", ListInWords<events::v1::PlacementPurpose>(fact.purposes()));
}

Telling Tell(const events::v1::ReferralCriteriaSet& fact) {
    return Telling("Referral criteria set")
        .With("Prior support required", ListInWords<events::v1::PriorSupportKind>(fact.required_prior_support()))
        .With("Items of prior support, at least", Counted(fact.prior_support_items_min()))
        .With("Views required", ListInWords<events::v1::StaffRole>(fact.required_views()));
}

Telling Tell(const events::v1::OperatingModelSet& fact) {
    return Telling(fmt::format("Operating model set: {}", InWords(fact.purpose())))
        .With("Referral lead time, days", Counted(fact.referral_lead_time_days()));
}

Telling Tell(const events::v1::PupilRegistered& fact) {
    return Telling(fmt::format("Pupil registered: {} {}, year {}", fact.given_name(), fact.family_name(),
                               fact.year_group()))
        .With("UPN", fact.upn())
        .With("Date of birth", InWords(fact.date_of_birth()));
}

Telling Tell(const events::v1::ReferralRaised& fact) {
    return Telling(fmt::format("Referral raised: {}", ListInWords<events::v1::ReferralReason>(fact.reasons())))
        .With("Concern", fact.concern())
        .With("Hoped-for outcomes", fact.hoped_for_outcomes());
}

Telling Tell(const events::v1::PriorSupportRecorded& fact) {
    return Telling(fmt::format("Prior support: {}", InWords(fact.kind())))
        .With("What was done", fact.description())
        .With("From", InWords(fact.started_on()))
        .With("To", InWords(fact.ended_on()))
        .With("How it was evaluated", fact.evaluation())
        .With("Impact", fact.impact());
}

Telling Tell(const events::v1::ProfessionalViewGiven& fact) {
    return Telling(fmt::format("Professional view: {}, {}", InWords(fact.role()), InWords(fact.recommendation())))
        .With("Reasons", fact.reasons());
}

Telling Tell(const events::v1::ReferralAccepted& fact) {
    Telling telling(fmt::format("Referral accepted: from {}", InWords(fact.start_on())));
    telling.With("Purpose", InWords(fact.purpose()))
        .With("Planned to", InWords(fact.planned_end_on()))
        .With("Reasons", fact.reasons())
        .With("Conditions", fact.conditions());
    for (const events::v1::Override& waived : fact.overrides()) {
        telling.With(fmt::format("Override ({})", GapInWords(waived.gap())), waived.reason());
    }
    return telling;
}

Telling Tell(const events::v1::ReferralDeclined& fact) {
    return Telling("Referral declined")
        .With("Reasons", fact.reasons())
        .With("Other support agreed", fact.other_support_agreed());
}

absl::StatusOr<Telling> Unknown() {
    return absl::DataLossError("a fact that this program does not know; use a newer one");
}

absl::StatusOr<Telling> TellOf(const events::v1::SchoolFact& school) {
    switch (school.fact_case()) {
        case events::v1::SchoolFact::kRegistered:
            return Tell(school.registered());
        case events::v1::SchoolFact::kStaffJoined:
            return Tell(school.staff_joined());
        case events::v1::SchoolFact::FACT_NOT_SET:
            break;
    }
    return Unknown();
}

absl::StatusOr<Telling> TellOf(const events::v1::ProvisionFact& provision) {
    switch (provision.fact_case()) {
        case events::v1::ProvisionFact::kOpened:
            return Tell(provision.opened());
        case events::v1::ProvisionFact::kStrandAdded:
            return Tell(provision.strand_added());
        case events::v1::ProvisionFact::kReferralCriteriaSet:
            return Tell(provision.referral_criteria_set());
        case events::v1::ProvisionFact::kOperatingModelSet:
            return Tell(provision.operating_model_set());
        case events::v1::ProvisionFact::FACT_NOT_SET:
            break;
    }
    return Unknown();
}

absl::StatusOr<Telling> TellOf(const events::v1::PupilFact& pupil) {
    switch (pupil.fact_case()) {
        case events::v1::PupilFact::kRegistered:
            return Tell(pupil.registered());
        case events::v1::PupilFact::FACT_NOT_SET:
            break;
    }
    return Unknown();
}

absl::StatusOr<Telling> TellOf(const events::v1::ReferralFact& referral) {
    switch (referral.fact_case()) {
        case events::v1::ReferralFact::kRaised:
            return Tell(referral.raised());
        case events::v1::ReferralFact::kPriorSupportRecorded:
            return Tell(referral.prior_support_recorded());
        case events::v1::ReferralFact::kProfessionalViewGiven:
            return Tell(referral.professional_view_given());
        case events::v1::ReferralFact::kAccepted:
            return Tell(referral.accepted());
        case events::v1::ReferralFact::kDeclined:
            return Tell(referral.declined());
        case events::v1::ReferralFact::FACT_NOT_SET:
            break;
    }
    return Unknown();
}

absl::StatusOr<Telling> TellOf(const Fact& fact) {
    switch (fact.aggregate_case()) {
        case Fact::kSchool:
            return TellOf(fact.school());
        case Fact::kProvision:
            return TellOf(fact.provision());
        case Fact::kPupil:
            return TellOf(fact.pupil());
        case Fact::kReferral:
            return TellOf(fact.referral());
        case Fact::kCorrection:  // Views never see one: it is folded into the fact that it names.
        case Fact::AGGREGATE_NOT_SET:
            break;
    }
    return Unknown();
}

}  // namespace

absl::StatusOr<Summary> Summarise(const Fact& fact) {
    absl::StatusOr<Telling> telling = TellOf(fact);
    if (!telling.ok()) return telling.status();
    return telling->With("Recorded by", fact.has_actor() ? InWords(fact.actor()) : std::string()).Take();
}

}  // namespace throughline
