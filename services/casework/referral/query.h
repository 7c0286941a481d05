// Which facts a decision about a referral depends on: no more, so that nothing else gets in its way.
#pragma once

#include <string>

#include "eventstore/base/tags.h"
#include "services/casework/pupil/query.h"

namespace throughline {

/// Where a referral belongs, as tags say: they never change.
struct ReferralPlace {
    std::string pupil_id;
    std::string strand_id;
    std::string provision_id;
};

/// The strand, what a referral to it must show, and whose it is.
inline void AddStrand(Query& query, const ReferralPlace& place) {
    query.items.push_back(FactsAbout<events::v1::ProvisionOpened>({MakeTag("provision", place.provision_id)}));
    query.items.push_back(
        FactsAbout<events::v1::StrandAdded, events::v1::ReferralCriteriaSet, events::v1::OperatingModelSet>(
            {MakeTag("strand", place.strand_id)}));
}

/// For raising: the pupil, the strand, and whether a referral to it is open. What is recorded in other referrals does
/// not matter.
[[nodiscard]] inline Query RaisingQuery(const ReferralPlace& place) {
    Query query{{RegistrationOf(place.pupil_id),
                 FactsAbout<events::v1::ReferralRaised, events::v1::ReferralAccepted, events::v1::ReferralDeclined>(
                     {MakeTag("pupil", place.pupil_id)})}};
    AddStrand(query, place);
    return query;
}

/// For what follows: the pupil, the strand, and this referral alone.
[[nodiscard]] inline Query ReferralQuery(const ReferralPlace& place, const std::string& referral_id) {
    Query query{
        {RegistrationOf(place.pupil_id), AllFactsAbout<events::v1::ReferralFact>({MakeTag("referral", referral_id)})}};
    AddStrand(query, place);
    return query;
}

}  // namespace throughline
