// Facts about one pupil, as casework would append them.
#pragma once

#include <string>
#include <utility>

#include "eventstore/base/tags.h"
#include "eventstore/store/event_log.h"
#include "projections/history/effective.h"

namespace throughline {

/// Makes events about one pupil of one school.
struct PupilFacts {
    SubjectId pupil{RandomUuid()};
    SubjectId school{RandomUuid()};
    std::string referral = ToString(RandomUuid());

    [[nodiscard]] std::string Group() const { return MakeTag("pupil", ToString(pupil)); }

    [[nodiscard]] static events::v1::Date On(int year, int month, int day) {
        events::v1::Date date;
        date.set_year(year);
        date.set_month(month);
        date.set_day(day);
        return date;
    }

    [[nodiscard]] static events::v1::Fact FactOn(const events::v1::Date& date) {
        events::v1::Fact fact;
        *fact.mutable_occurred()->mutable_on() = date;
        fact.mutable_actor()->set_person_id("person-1");
        fact.mutable_actor()->set_name("Jo Bright");
        fact.mutable_actor()->add_roles(events::v1::STAFF_ROLE_SENCO);
        return fact;
    }

    [[nodiscard]] events::v1::Fact Raised(const events::v1::Date& date, const std::string& concern) const {
        events::v1::Fact fact = FactOn(date);
        events::v1::ReferralRaised& raised = *fact.mutable_referral()->mutable_raised();
        raised.set_referral_id(referral);
        raised.set_pupil_id(ToString(pupil));
        raised.add_reasons(events::v1::REFERRAL_REASON_RISK_OF_SUSPENSION);
        raised.add_reasons(events::v1::REFERRAL_REASON_SEMH);
        raised.set_concern(concern);
        return fact;
    }

    [[nodiscard]] events::v1::Fact Registered(const events::v1::Date& date, const std::string& given_name,
                                              const std::string& family_name) const {
        events::v1::Fact fact = FactOn(date);
        events::v1::PupilRegistered& registered = *fact.mutable_pupil()->mutable_registered();
        registered.set_pupil_id(ToString(pupil));
        registered.set_school_id(ToString(school));
        registered.set_upn("A123456789012");
        registered.set_given_name(given_name);
        registered.set_family_name(family_name);
        *registered.mutable_date_of_birth() = On(2012, 5, 17);
        registered.set_year_group("8");
        return fact;
    }

    [[nodiscard]] static events::v1::Fact Correction(const std::string& event_id, events::v1::Fact corrected,
                                                     const std::string& reason) {
        events::v1::Fact fact = FactOn(On(2025, 10, 1));
        corrected.clear_actor();
        events::v1::FactCorrected& correction = *fact.mutable_correction()->mutable_corrected();
        correction.set_event_id(event_id);
        *correction.mutable_corrected() = std::move(corrected);
        correction.set_reason(reason);
        return fact;
    }

    [[nodiscard]] static events::v1::Fact Annulment(const std::string& event_id, const std::string& reason) {
        events::v1::Fact fact = FactOn(On(2025, 10, 2));
        fact.mutable_correction()->mutable_annulled()->set_event_id(event_id);
        fact.mutable_correction()->mutable_annulled()->set_reason(reason);
        return fact;
    }

    /// The event that carries a fact.
    [[nodiscard]] NewEvent Event(const events::v1::Fact& fact) const {
        NewEvent event;
        event.id = EventId{RandomUuid()};
        event.subject = pupil;
        event.type = TypeOf(fact);
        event.tags = {Group()};
        if (fact.has_pupil()) {
            event.tags.push_back(MakeTag("school", ToString(school)));
        } else {
            event.tags.push_back(MakeTag("referral", referral));
        }
        event.body = fact.SerializeAsString();
        return event;
    }
};

}  // namespace throughline
