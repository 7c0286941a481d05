// Given these facts, when somebody sends this command, then: the sentence in which every decider's test is written.
#pragma once

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "projections/history/effective.h"
#include "services/casework/decision.h"
#include "services/casework/provision/decide.h"
#include "services/casework/provision/evolve.h"
#include "services/casework/pupil/decide.h"
#include "services/casework/pupil/evolve.h"
#include "services/casework/referral/decide.h"
#include "services/casework/referral/evolve.h"
#include "services/casework/school/decide.h"
#include "services/casework/school/evolve.h"
#include "tests/services/casework/story.h"

namespace throughline {

/// So that a failed expectation shows what was decided.
void PrintTo(const Decision& decision, std::ostream* out);

/// The facts that were there, who asks, and when.
class Given {
  public:
    explicit Given(std::vector<events::v1::Fact> facts) : facts_(std::move(facts)) {
        context_.actor = story::SeniorLeader();
        context_.school_id = story::kSchool;
        context_.today = story::kToday;
        context_.occurred = OccurredOn(story::kToday);
        context_.new_id = story::kNewId;
    }

    Given And(events::v1::Fact fact) && {
        facts_.push_back(std::move(fact));
        return std::move(*this);
    }
    Given And(const std::vector<events::v1::Fact>& facts) && {
        facts_.insert(facts_.end(), facts.begin(), facts.end());
        return std::move(*this);
    }
    Given By(events::v1::Actor actor) && {
        context_.actor = std::move(actor);
        return std::move(*this);
    }
    Given On(Day day) && {
        context_.occurred = OccurredOn(day);
        return std::move(*this);
    }

    template <class Command>
    [[nodiscard]] Decision When(const Command& command) const {
        if constexpr (requires(School state) { Decide(state, command, context_); }) {
            return Decide(Folded<School>(), command, context_);
        } else if constexpr (requires(ProvisionState state) { Decide(state, command, context_); }) {
            return Decide(Folded<ProvisionState>(), command, context_);
        } else if constexpr (requires(PupilState state) { Decide(state, command, context_); }) {
            return Decide(Folded<PupilState>(), command, context_);
        } else {
            return Decide(Folded<ReferralState>(), command, context_);
        }
    }

  private:
    template <class State>
    [[nodiscard]] State Folded() const {
        State state;
        for (const events::v1::Fact& fact : facts_) Evolve(state, fact);
        return state;
    }

    std::vector<events::v1::Fact> facts_;
    CommandContext context_;
};

/// One fact of this message was decided, and it is as `matcher` says.
MATCHER_P(Adds, type, std::string("adds one ") + type) {
    const NewFacts* facts = std::get_if<NewFacts>(&arg);
    return facts != nullptr && facts->size() == 1 &&
           TypeOf(facts->front().fact) == std::string("throughline.events.v1.") + type;
}

/// A rule said no, for this reason.
MATCHER_P(Refused, reason, std::string("is refused for ") + reason) {
    const Refusal* refusal = std::get_if<Refusal>(&arg);
    return refusal != nullptr && refusal->reason == reason && !refusal->text.empty() && !refusal->violations.empty();
}

/// A rule said no, and listed exactly these, as "TYPE subject".
MATCHER_P2(RefusedFor, reason, violations, std::string("is refused for ") + reason + " with every violation") {
    const Refusal* refusal = std::get_if<Refusal>(&arg);
    if (refusal == nullptr || refusal->reason != reason) return false;
    std::vector<std::string> listed;
    for (const RuleViolation& violation : refusal->violations) {
        if (violation.description.empty()) return false;
        listed.push_back(violation.type + " " + violation.subject);
    }
    return testing::ExplainMatchResult(testing::UnorderedElementsAreArray(violations), listed, result_listener);
}

/// The one fact that was decided.
[[nodiscard]] inline NewFact OnlyFact(const Decision& decision) {
    const NewFacts* facts = std::get_if<NewFacts>(&decision);
    return facts == nullptr || facts->empty() ? NewFact{} : facts->front();
}

}  // namespace throughline
