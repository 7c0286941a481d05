// What a decision knows of provisions and their strands.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "projections/history/civil_date.h"
#include "services/casework/school/state.h"
#include "throughline/events/v1/provision.pb.h"

namespace throughline {

struct Provision {
    std::string provision_id;
    std::string school_id;
    Day opened_on{};
};

/// A part of a provision with its own sessions and places.
struct Strand {
    std::string strand_id;
    std::string provision_id;
    std::string name;
    std::set<int> purposes;                                 ///< PlacementPurpose values that it offers.
    std::vector<events::v1::ReferralCriteriaSet> criteria;  ///< Every version, oldest first.
    std::map<int, int> referral_lead_time_days;             ///< By PlacementPurpose; absent counts as 0.

    /// The version that a referral raised now is held against; null before the first.
    [[nodiscard]] const events::v1::ReferralCriteriaSet* LatestCriteria() const;
    /// The version with this id; null where it is unknown.
    [[nodiscard]] const events::v1::ReferralCriteriaSet* Criteria(const std::string& criteria_id) const;
    [[nodiscard]] int LeadTimeDays(int purpose) const;
};

/// The provisions that a query found, with their strands.
struct Provisions {
    std::map<std::string, Provision> provisions;
    std::map<std::string, Strand> strands;

    [[nodiscard]] const Provision* FindProvision(const std::string& provision_id) const;
    [[nodiscard]] const Strand* FindStrand(const std::string& strand_id) const;
    /// The school of a strand's provision; empty where either is unknown.
    [[nodiscard]] std::string SchoolOfStrand(const std::string& strand_id) const;
};

/// All that a decision about a provision depends on.
struct ProvisionState {
    School school;
    Provisions provisions;
};

}  // namespace throughline
