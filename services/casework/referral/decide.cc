// A command becomes a fact; the rules say whether it may.
#include "services/casework/referral/decide.h"

#include "eventstore/base/tags.h"
#include "services/casework/referral/as_fact.h"
#include "services/casework/referral/rules.h"

namespace throughline {
namespace {

Decision AddIfRulesHold(const ReferralState& state, events::v1::Fact fact, std::vector<std::string> more_tags) {
    if (Breach breach = RuleAgainst(fact, state)) return *std::move(breach);
    more_tags.push_back(MakeTag("pupil", state.pupil.pupil_id));
    return NewFacts{{std::move(fact), state.pupil.pupil_id, std::move(more_tags), std::nullopt}};
}

/// For the facts that follow the raising: they say whose referral it is.
template <class Said>
Decision Follow(const ReferralState& state, events::v1::Fact fact, Said& said) {
    said.set_pupil_id(state.pupil.pupil_id);
    const std::string tag = MakeTag("referral", said.referral_id());
    return AddIfRulesHold(state, std::move(fact), {tag});
}

}  // namespace

Decision Decide(const ReferralState& state, const casework::v1::RaiseReferralRequest& command,
                const CommandContext& context) {
    events::v1::Fact fact = context.StartFact();
    events::v1::ReferralRaised& raised = *fact.mutable_referral()->mutable_raised();
    raised = AsFact(command);
    raised.set_referral_id(context.new_id);
    const Strand* strand = state.provisions.FindStrand(raised.strand_id());
    if (strand != nullptr && strand->LatestCriteria() != nullptr) {
        raised.set_criteria_id(strand->LatestCriteria()->criteria_id());
    }
    std::vector<std::string> tags = {MakeTag("referral", context.new_id), MakeTag("strand", raised.strand_id())};
    return AddIfRulesHold(state, std::move(fact), std::move(tags));
}

Decision Decide(const ReferralState& state, const casework::v1::RecordPriorSupportRequest& command,
                const CommandContext& context) {
    events::v1::Fact fact = context.StartFact();
    events::v1::PriorSupportRecorded& recorded = *fact.mutable_referral()->mutable_prior_support_recorded();
    recorded = AsFact(command);
    return Follow(state, std::move(fact), recorded);
}

Decision Decide(const ReferralState& state, const casework::v1::GiveProfessionalViewRequest& command,
                const CommandContext& context) {
    events::v1::Fact fact = context.StartFact();
    events::v1::ProfessionalViewGiven& given = *fact.mutable_referral()->mutable_professional_view_given();
    given = AsFact(command);
    return Follow(state, std::move(fact), given);
}

Decision Decide(const ReferralState& state, const casework::v1::AcceptReferralRequest& command,
                const CommandContext& context) {
    events::v1::Fact fact = context.StartFact();
    events::v1::ReferralAccepted& accepted = *fact.mutable_referral()->mutable_accepted();
    accepted = AsFact(command);
    return Follow(state, std::move(fact), accepted);
}

Decision Decide(const ReferralState& state, const casework::v1::DeclineReferralRequest& command,
                const CommandContext& context) {
    events::v1::Fact fact = context.StartFact();
    events::v1::ReferralDeclined& declined = *fact.mutable_referral()->mutable_declined();
    declined = AsFact(command);
    return Follow(state, std::move(fact), declined);
}

}  // namespace throughline
