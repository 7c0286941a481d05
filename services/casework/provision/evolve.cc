// One case a fact.
#include "services/casework/provision/evolve.h"

#include "projections/history/effective.h"
#include "services/casework/school/evolve.h"

namespace throughline {
namespace {

void Opened(Provisions& provisions, const events::v1::ProvisionOpened& fact, Day on) {
    provisions.provisions[fact.provision_id()] = {fact.provision_id(), fact.school_id(), on};
}

void StrandAdded(Provisions& provisions, const events::v1::StrandAdded& fact) {
    Strand& strand = provisions.strands[fact.strand_id()];
    strand.strand_id = fact.strand_id();
    strand.provision_id = fact.provision_id();
    strand.name = fact.name();
    strand.purposes = {fact.purposes().begin(), fact.purposes().end()};
}

}  // namespace

void Evolve(Provisions& provisions, const events::v1::ProvisionFact& fact, Day on) {
    switch (fact.fact_case()) {
        case events::v1::ProvisionFact::kOpened:
            return Opened(provisions, fact.opened(), on);
        case events::v1::ProvisionFact::kStrandAdded:
            return StrandAdded(provisions, fact.strand_added());
        case events::v1::ProvisionFact::kReferralCriteriaSet:
            provisions.strands[fact.referral_criteria_set().strand_id()].criteria.push_back(
                fact.referral_criteria_set());
            return;
        case events::v1::ProvisionFact::kOperatingModelSet: {
            const events::v1::OperatingModelSet& model = fact.operating_model_set();
            provisions.strands[model.strand_id()].referral_lead_time_days[model.purpose()] =
                model.referral_lead_time_days();
            return;
        }
        case events::v1::ProvisionFact::FACT_NOT_SET:
            return;
    }
}

void Evolve(ProvisionState& state, const events::v1::Fact& fact) {
    Evolve(state.school, fact);
    if (fact.has_provision()) Evolve(state.provisions, fact.provision(), Day{OccurredDay(fact.occurred())});
}

}  // namespace throughline
