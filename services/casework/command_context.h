// What a decider may know beside the facts and the command: who asks, when, and a new id to give away.
#pragma once

#include <string>

#include "projections/history/civil_date.h"
#include "throughline/events/v1/actor.pb.h"
#include "throughline/events/v1/fact.pb.h"

namespace throughline {

struct CommandContext {
    events::v1::Actor actor;        ///< From the credentials.
    bool by_operator = false;       ///< Runs the service; belongs to no school.
    std::string school_id;          ///< School of a member of staff; empty where it is not registered.
    Day today{};                    ///< In Europe/London.
    events::v1::Occurred occurred;  ///< When it was so, as the command says; else today.
    std::string new_id;             ///< A fresh random id, for what the command makes.

    /// A fact with its actor and its date; the decider adds what happened.
    [[nodiscard]] events::v1::Fact StartFact() const {
        events::v1::Fact fact;
        *fact.mutable_occurred() = occurred;
        *fact.mutable_actor() = actor;
        return fact;
    }
};

}  // namespace throughline
