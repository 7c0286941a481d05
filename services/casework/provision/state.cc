// Looking things up in what is known of provisions.
#include "services/casework/provision/state.h"

namespace throughline {

const events::v1::ReferralCriteriaSet* Strand::LatestCriteria() const {
    return criteria.empty() ? nullptr : &criteria.back();
}

const events::v1::ReferralCriteriaSet* Strand::Criteria(const std::string& criteria_id) const {
    for (const events::v1::ReferralCriteriaSet& version : criteria) {
        if (version.criteria_id() == criteria_id) return &version;
    }
    return nullptr;
}

int Strand::LeadTimeDays(int purpose) const {
    const auto days = referral_lead_time_days.find(purpose);
    return days == referral_lead_time_days.end() ? 0 : days->second;
}

const Provision* Provisions::FindProvision(const std::string& provision_id) const {
    const auto found = provisions.find(provision_id);
    return found == provisions.end() ? nullptr : &found->second;
}

const Strand* Provisions::FindStrand(const std::string& strand_id) const {
    const auto found = strands.find(strand_id);
    return found == strands.end() ? nullptr : &found->second;
}

std::string Provisions::SchoolOfStrand(const std::string& strand_id) const {
    const Strand* strand = FindStrand(strand_id);
    const Provision* provision = strand == nullptr ? nullptr : FindProvision(strand->provision_id);
    return provision == nullptr ? std::string{} : provision->school_id;
}

}  // namespace throughline
