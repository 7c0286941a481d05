// One function a kind of gap.
#include "services/casework/referral/gaps.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "services/casework/staff_roles.h"

namespace throughline {
namespace {

using events::v1::Gap;

OpenGap MakeGap(Gap gap, std::string subject, std::string description) {
    RuleViolation violation{GapName(gap.kind()), std::move(subject), std::move(description)};
    return {std::move(gap), std::move(violation)};
}

/// Support counts once somebody wrote down how it was evaluated.
bool Evaluated(const events::v1::PriorSupportRecorded& support) {
    return !support.evaluation().empty();
}

}  // namespace

OpenGaps MissingPriorSupport(const Referral& referral, const events::v1::ReferralCriteriaSet& criteria) {
    OpenGaps gaps;
    for (const int required : criteria.required_prior_support()) {
        const bool shown = std::any_of(referral.prior_support.begin(), referral.prior_support.end(),
                                       [&](const auto& item) { return item.kind() == required && Evaluated(item); });
        if (shown) continue;
        Gap gap;
        gap.set_kind(events::v1::GAP_KIND_PRIOR_SUPPORT);
        gap.set_prior_support(static_cast<events::v1::PriorSupportKind>(required));
        gaps.push_back(MakeGap(gap, events::v1::PriorSupportKind_Name(gap.prior_support()),
                               "record this kind of support with how it was evaluated"));
    }
    const auto items = std::count_if(referral.prior_support.begin(), referral.prior_support.end(), Evaluated);
    if (items < criteria.prior_support_items_min()) {
        Gap gap;
        gap.set_kind(events::v1::GAP_KIND_PRIOR_SUPPORT_ITEMS);
        gaps.push_back(MakeGap(gap, fmt::format("{} of {}", items, criteria.prior_support_items_min()),
                               fmt::format("record {} more evaluated items of prior support",
                                           criteria.prior_support_items_min() - items)));
    }
    return gaps;
}

OpenGaps MissingViews(const Referral& referral, const events::v1::ReferralCriteriaSet& criteria) {
    OpenGaps gaps;
    for (const int required : criteria.required_views()) {
        const bool given = std::any_of(referral.views.begin(), referral.views.end(),
                                       [&](int role) { return CountsAs(role, required); });
        if (given) continue;
        Gap gap;
        gap.set_kind(events::v1::GAP_KIND_PROFESSIONAL_VIEW);
        gap.set_role(static_cast<events::v1::StaffRole>(required));
        gaps.push_back(MakeGap(gap, events::v1::StaffRole_Name(gap.role()), "have somebody in this role give a view"));
    }
    return gaps;
}

OpenGaps InsideLeadTime(const Referral& referral, int lead_time_days, Day start_on) {
    const Day earliest = AddDays(referral.raised_on, lead_time_days);
    if (start_on >= earliest) return {};
    Gap gap;
    gap.set_kind(events::v1::GAP_KIND_LEAD_TIME);
    return {MakeGap(gap, ToIsoText(earliest),
                    fmt::format("start on {} or later: the referral was raised on {} and the lead time is {} days",
                                ToText(earliest), ToText(referral.raised_on), lead_time_days))};
}

bool SameGap(const Gap& left, const Gap& right) {
    return left.kind() == right.kind() && left.prior_support() == right.prior_support() && left.role() == right.role();
}

OpenGaps Without(const OpenGaps& gaps, const google::protobuf::RepeatedPtrField<events::v1::Override>& overrides) {
    OpenGaps open;
    std::copy_if(gaps.begin(), gaps.end(), std::back_inserter(open), [&](const OpenGap& gap) {
        return std::none_of(overrides.begin(), overrides.end(),
                            [&](const auto& waived) { return SameGap(waived.gap(), gap.gap); });
    });
    return open;
}

std::string GapName(events::v1::GapKind kind) {
    const std::string name = events::v1::GapKind_Name(kind);
    constexpr std::string_view kPrefix = "GAP_KIND_";
    return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
}

}  // namespace throughline
