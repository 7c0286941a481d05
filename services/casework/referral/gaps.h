// The gaps of a referral: what its criteria ask for and it does not have, found all at once.
#pragma once

#include <span>
#include <vector>

#include "eventstore/base/status_details.h"
#include "services/casework/referral/state.h"

namespace throughline {

/// A gap, with what a person should do about it.
struct OpenGap {
    events::v1::Gap gap;
    RuleViolation violation;
};

using OpenGaps = std::vector<OpenGap>;

/// A gap of each kind of support that is required and was not recorded and evaluated, and one where the evaluated items
/// are too few in all.
[[nodiscard]] OpenGaps MissingPriorSupport(const Referral& referral, const events::v1::ReferralCriteriaSet& criteria);

/// A gap of each role that must give a view and has not.
[[nodiscard]] OpenGaps MissingViews(const Referral& referral, const events::v1::ReferralCriteriaSet& criteria);

/// A gap where the first day comes sooner after raising than the strand asks for.
[[nodiscard]] OpenGaps InsideLeadTime(const Referral& referral, int lead_time_days, Day start_on);

[[nodiscard]] bool SameGap(const events::v1::Gap& left, const events::v1::Gap& right);

/// The gaps that no override names.
[[nodiscard]] OpenGaps Without(const OpenGaps& gaps,
                               const google::protobuf::RepeatedPtrField<events::v1::Override>& overrides);

/// `GapKind` without its prefix, for example PROFESSIONAL_VIEW.
[[nodiscard]] std::string GapName(events::v1::GapKind kind);

}  // namespace throughline
