// What a decision knows of a pupil's referrals.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "projections/history/civil_date.h"
#include "services/casework/provision/state.h"
#include "services/casework/pupil/state.h"
#include "throughline/events/v1/referral.pb.h"

namespace throughline {

enum class ReferralStage { kOpen, kAccepted, kDeclined };

/// One referral as it stands.
struct Referral {
    std::string referral_id;
    std::string pupil_id;
    std::string strand_id;
    std::string criteria_id;  ///< The criteria it is held against to its end.
    Day raised_on{};
    ReferralStage stage = ReferralStage::kOpen;
    std::vector<events::v1::PriorSupportRecorded> prior_support;
    std::vector<events::v1::StaffRole> views;  ///< The roles in which a view was given, in order.

    [[nodiscard]] bool open() const { return stage == ReferralStage::kOpen; }
};

/// All that a decision about a referral depends on; also all that a correction refolds.
struct ReferralState {
    School school;
    Provisions provisions;
    Pupil pupil;
    std::map<std::string, Referral> referrals;  ///< Of the pupil, by id.

    /// Null where it is unknown.
    [[nodiscard]] const Referral* Find(const std::string& referral_id) const {
        const auto found = referrals.find(referral_id);
        return found == referrals.end() ? nullptr : &found->second;
    }
};

}  // namespace throughline
