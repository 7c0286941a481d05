// A command becomes a fact; the rules say whether it may.
#include "services/casework/school/decide.h"

#include "eventstore/base/tags.h"
#include "services/casework/school/as_fact.h"
#include "services/casework/school/rules.h"

namespace throughline {
namespace {

Decision AddIfRulesHold(const School& school, const std::string& school_id, events::v1::Fact fact) {
    if (Breach breach = RuleAgainst(fact.school(), school)) return *std::move(breach);
    return NewFacts{{std::move(fact), school_id, {MakeTag("school", school_id)}, std::nullopt}};
}

}  // namespace

Decision Decide(const School& school, const casework::v1::RegisterSchoolRequest& command,
                const CommandContext& context) {
    events::v1::Fact fact = context.StartFact();
    events::v1::SchoolRegistered& registered = *fact.mutable_school()->mutable_registered();
    registered = AsFact(command);
    registered.set_school_id(context.new_id);
    return AddIfRulesHold(school, context.new_id, std::move(fact));
}

Decision Decide(const School& school, const casework::v1::AddMemberOfStaffRequest& command,
                const CommandContext& context) {
    events::v1::Fact fact = context.StartFact();
    *fact.mutable_school()->mutable_staff_joined() = AsFact(command);
    return AddIfRulesHold(school, school.school_id, std::move(fact));
}

}  // namespace throughline
