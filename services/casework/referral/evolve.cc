// One case a fact.
#include "services/casework/referral/evolve.h"

#include "projections/history/effective.h"
#include "services/casework/provision/evolve.h"
#include "services/casework/pupil/evolve.h"
#include "services/casework/school/evolve.h"

namespace throughline {
namespace {

using Referrals = std::map<std::string, Referral>;

void Raised(Referrals& referrals, const events::v1::ReferralRaised& fact, Day on) {
    Referral& referral = referrals[fact.referral_id()];
    referral.referral_id = fact.referral_id();
    referral.pupil_id = fact.pupil_id();
    referral.strand_id = fact.strand_id();
    referral.criteria_id = fact.criteria_id();
    referral.raised_on = on;
}

template <class Change>
void ChangeKnown(Referrals& referrals, const std::string& referral_id, Change change) {
    if (const auto known = referrals.find(referral_id); known != referrals.end()) change(known->second);
}

void EvolveReferrals(Referrals& referrals, const events::v1::ReferralFact& fact, Day on) {
    switch (fact.fact_case()) {
        case events::v1::ReferralFact::kRaised:
            return Raised(referrals, fact.raised(), on);
        case events::v1::ReferralFact::kPriorSupportRecorded: {
            const events::v1::PriorSupportRecorded& recorded = fact.prior_support_recorded();
            return ChangeKnown(referrals, recorded.referral_id(),
                               [&](Referral& referral) { referral.prior_support.push_back(recorded); });
        }
        case events::v1::ReferralFact::kProfessionalViewGiven: {
            const events::v1::ProfessionalViewGiven& given = fact.professional_view_given();
            return ChangeKnown(referrals, given.referral_id(),
                               [&](Referral& referral) { referral.views.push_back(given.role()); });
        }
        case events::v1::ReferralFact::kAccepted:
            return ChangeKnown(referrals, fact.accepted().referral_id(),
                               [](Referral& referral) { referral.stage = ReferralStage::kAccepted; });
        case events::v1::ReferralFact::kDeclined:
            return ChangeKnown(referrals, fact.declined().referral_id(),
                               [](Referral& referral) { referral.stage = ReferralStage::kDeclined; });
        case events::v1::ReferralFact::FACT_NOT_SET:
            return;
    }
}

}  // namespace

void Evolve(ReferralState& state, const events::v1::Fact& fact) {
    switch (fact.aggregate_case()) {
        case events::v1::Fact::kSchool:
            return Evolve(state.school, fact.school());
        case events::v1::Fact::kProvision:
            return Evolve(state.provisions, fact.provision(), Day{OccurredDay(fact.occurred())});
        case events::v1::Fact::kPupil:
            return Evolve(state.pupil, fact.pupil());
        case events::v1::Fact::kReferral:
            return EvolveReferrals(state.referrals, fact.referral(), Day{OccurredDay(fact.occurred())});
        case events::v1::Fact::kCorrection:  // Folded into the facts before they come here.
        case events::v1::Fact::AGGREGATE_NOT_SET:
            return;
    }
}

}  // namespace throughline
