// What a decider answers: the facts to add, or why a rule says no.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "eventstore/base/status_details.h"
#include "eventstore/base/uuid.h"
#include "throughline/events/v1/fact.pb.h"

namespace throughline {

/// A fact on its way into the log, complete but for its event id.
struct NewFact {
    events::v1::Fact fact;
    std::string subject_id;             ///< Whom it is about: pupil_id or school_id; decides the key.
    std::vector<std::string> tags;      ///< "<kind>:<id>"; any order.
    std::optional<EventId> puts_right;  ///< The entry that a correction names.
};

using NewFacts = std::vector<NewFact>;

/// A rule says no. Nothing is stored, and it is not remembered: the same command may be accepted later.
struct Refusal {
    std::string reason;                     ///< Stable and machine-readable, for example `REFERRAL_NOT_OPEN`.
    std::string text;                       ///< For a person: what is wrong and what to do.
    std::vector<RuleViolation> violations;  ///< Every one at once.
};

/// A refusal for one rule; `subject` is what it is about.
[[nodiscard]] inline Refusal Refuse(std::string_view reason, std::string_view subject, std::string_view text) {
    return {std::string(reason), std::string(text), {{std::string(reason), std::string(subject), std::string(text)}}};
}

/// Nothing where the rules hold.
using Breach = std::optional<Refusal>;

using Decision = std::variant<Refusal, NewFacts>;

}  // namespace throughline
