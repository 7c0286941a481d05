// A command becomes a fact; the rules say whether it may.
#include "services/casework/pupil/decide.h"

#include "eventstore/base/tags.h"
#include "services/casework/pupil/as_fact.h"
#include "services/casework/pupil/rules.h"

namespace throughline {

Decision Decide(const PupilState& state, const casework::v1::RegisterPupilRequest& command,
                const CommandContext& context) {
    events::v1::Fact fact = context.StartFact();
    events::v1::PupilRegistered& registered = *fact.mutable_pupil()->mutable_registered();
    registered = AsFact(command);
    registered.set_pupil_id(context.new_id);
    if (Breach breach = RuleAgainst(fact, state.school, state.pupil)) return *std::move(breach);
    std::vector<std::string> tags = {MakeTag("pupil", context.new_id), MakeTag("school", registered.school_id())};
    return NewFacts{{std::move(fact), context.new_id, std::move(tags), std::nullopt}};
}

}  // namespace throughline
