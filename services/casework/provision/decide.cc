// A command becomes a fact; the rules say whether it may.
#include "services/casework/provision/decide.h"

#include "eventstore/base/tags.h"
#include "services/casework/provision/as_fact.h"
#include "services/casework/provision/rules.h"

namespace throughline {
namespace {

Decision AddIfRulesHold(const ProvisionState& state, events::v1::Fact fact, const std::string& school_id,
                        std::vector<std::string> tags) {
    if (Breach breach = RuleAgainst(fact, state.school, state.provisions)) return *std::move(breach);
    tags.push_back(MakeTag("school", school_id));
    return NewFacts{{std::move(fact), school_id, std::move(tags), std::nullopt}};
}

std::string SchoolOf(const ProvisionState& state, const std::string& provision_id) {
    const Provision* provision = state.provisions.FindProvision(provision_id);
    return provision == nullptr ? std::string{} : provision->school_id;
}

std::string ProvisionOf(const ProvisionState& state, const std::string& strand_id) {
    const Strand* strand = state.provisions.FindStrand(strand_id);
    return strand == nullptr ? std::string{} : strand->provision_id;
}

}  // namespace

Decision Decide(const ProvisionState& state, const casework::v1::OpenProvisionRequest& command,
                const CommandContext& context) {
    events::v1::Fact fact = context.StartFact();
    events::v1::ProvisionOpened& opened = *fact.mutable_provision()->mutable_opened();
    opened = AsFact(command);
    opened.set_provision_id(context.new_id);
    const std::string school_id = opened.school_id();
    return AddIfRulesHold(state, std::move(fact), school_id, {MakeTag("provision", context.new_id)});
}

Decision Decide(const ProvisionState& state, const casework::v1::AddStrandRequest& command,
                const CommandContext& context) {
    events::v1::Fact fact = context.StartFact();
    events::v1::StrandAdded& added = *fact.mutable_provision()->mutable_strand_added();
    added = AsFact(command);
    added.set_strand_id(context.new_id);
    const std::string provision_id = added.provision_id();
    return AddIfRulesHold(state, std::move(fact), SchoolOf(state, provision_id),
                          {MakeTag("provision", provision_id), MakeTag("strand", context.new_id)});
}

Decision Decide(const ProvisionState& state, const casework::v1::SetReferralCriteriaRequest& command,
                const CommandContext& context) {
    events::v1::Fact fact = context.StartFact();
    events::v1::ReferralCriteriaSet& set = *fact.mutable_provision()->mutable_referral_criteria_set();
    set = AsFact(command);
    set.set_provision_id(ProvisionOf(state, set.strand_id()));
    set.set_criteria_id(context.new_id);
    std::vector<std::string> tags = {MakeTag("provision", set.provision_id()), MakeTag("strand", set.strand_id()),
                                     MakeTag("criteria", set.criteria_id())};
    const std::string school_id = SchoolOf(state, set.provision_id());
    return AddIfRulesHold(state, std::move(fact), school_id, std::move(tags));
}

Decision Decide(const ProvisionState& state, const casework::v1::SetOperatingModelRequest& command,
                const CommandContext& context) {
    events::v1::Fact fact = context.StartFact();
    events::v1::OperatingModelSet& set = *fact.mutable_provision()->mutable_operating_model_set();
    set = AsFact(command);
    set.set_provision_id(ProvisionOf(state, set.strand_id()));
    std::vector<std::string> tags = {MakeTag("provision", set.provision_id()), MakeTag("strand", set.strand_id())};
    const std::string school_id = SchoolOf(state, set.provision_id());
    return AddIfRulesHold(state, std::move(fact), school_id, std::move(tags));
}

}  // namespace throughline
