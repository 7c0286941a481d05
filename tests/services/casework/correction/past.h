// A history with headers, as corrections are decided from.
#pragma once

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "eventstore/base/uuid.h"
#include "projections/history/effective.h"
#include "services/casework/correction/decide.h"
#include "tests/services/casework/given.h"

namespace throughline {

/// Facts in the order in which they were recorded, each under its subject and with its tags.
class Past {
  public:
    Past() = default;
    explicit Past(const std::vector<events::v1::Fact>& facts) {
        for (const events::v1::Fact& fact : facts) Add(fact);
    }

    /// Returns the text of the event id.
    std::string Add(const events::v1::Fact& fact) {
        EffectiveFact entry;
        entry.position = Position{entries_.size()};
        const Uuid event = RandomUuid();
        entry.header.set_event_id(std::string(event.AsBytes()));
        entry.header.set_type(TypeOf(fact));
        const bool schools = fact.has_school() || fact.has_provision();
        entry.header.set_key_id(std::string(ParseUuid(schools ? story::kSchool : story::kPupil)->AsBytes()));
        for (const std::string& tag : TagsOf(fact)) entry.header.add_tags(tag);
        entry.fact = fact;
        entries_.push_back(std::move(entry));
        return ToString(event);
    }

    EffectiveFact& Entry(const std::string& event_id) {
        for (EffectiveFact& entry : entries_) {
            if (entry.header.event_id() == ParseUuid(event_id)->AsBytes()) return entry;
        }
        std::abort();
    }

    [[nodiscard]] Decision Correct(const std::string& event_id, events::v1::Fact corrected,
                                   const events::v1::Actor& by = story::SeniorLeader()) const {
        casework::v1::CorrectFactRequest command;
        command.set_event_id(event_id);
        corrected.clear_actor();
        *command.mutable_corrected() = std::move(corrected);
        command.set_reason("it was written down wrongly");
        return Decide(entries_, command, Asked(by));
    }

    [[nodiscard]] Decision Annul(const std::string& event_id) const {
        casework::v1::AnnulFactRequest command;
        command.set_event_id(event_id);
        command.set_reason("it should never have been recorded");
        return Decide(entries_, command, Asked(story::SeniorLeader()));
    }

  private:
    static CommandContext Asked(const events::v1::Actor& by) {
        CommandContext context;
        context.actor = by;
        context.school_id = story::kSchool;
        context.today = story::kToday;
        context.occurred = OccurredOn(story::kToday);
        return context;
    }

    static std::vector<std::string> TagsOf(const events::v1::Fact& fact) {
        using story::kPupil;
        using story::kSchool;
        if (fact.has_school()) return {"school:" + kSchool};
        if (fact.has_provision())
            return {"provision:" + story::kProvision, "school:" + kSchool, "strand:" + story::kStrand};
        if (fact.has_pupil()) return {"pupil:" + kPupil, "school:" + kSchool};
        return {"pupil:" + kPupil, "referral:" + story::kReferral, "strand:" + story::kStrand};
    }

    std::vector<EffectiveFact> entries_;
};

}  // namespace throughline
