// Each rule says what to do instead; none says what a date of birth was.
#include "services/casework/pupil/rules.h"

#include <tuple>

#include <fmt/format.h>

#include "projections/history/effective.h"

namespace throughline {
namespace {

/// From nursery to the oldest that a plan for special needs keeps at school: outside them a year was mistyped.
constexpr int kYoungest = 2;
constexpr int kTooOld = 26;

/// Whole years from one day to a later one. Who was born on 29 February is a year older on 1 March.
int YearsBetween(Day from, Day to) {
    const events::v1::Date start = ToDate(from);
    const events::v1::Date end = ToDate(to);
    const bool before_birthday = std::make_tuple(end.month(), end.day()) < std::make_tuple(start.month(), start.day());
    return end.year() - start.year() - (before_birthday ? 1 : 0);
}

Breach BornAtAnotherTime(const events::v1::PupilRegistered& registered, Day on) {
    if (!registered.has_date_of_birth()) return std::nullopt;
    const Day born = ToDay(registered.date_of_birth());
    if (born > on) {
        return Refuse(
            "REGISTERED_BEFORE_BIRTH", "date_of_birth",
            fmt::format("the date of birth is after {}, the day of the registration; check both", ToText(on)));
    }
    const int age = YearsBetween(born, on);
    if (age >= kYoungest && age < kTooOld) return std::nullopt;
    return Refuse("AGE_NOT_PLAUSIBLE", "date_of_birth",
                  fmt::format("a pupil is at least {} and under {} years old when registered, on {}; check both days",
                              kYoungest, kTooOld, ToText(on)));
}

Breach CannotBeRegistered(const events::v1::PupilRegistered& registered, Day on, const School& school,
                          const Pupil& pupil) {
    if (!school.registered()) {
        return Refuse("SCHOOL_NOT_REGISTERED", registered.school_id(), "register the school first");
    }
    // Which pupil it is, and in which school, is not said: the caller may belong to another one.
    if (pupil.registered()) {
        return Refuse("UPN_ALREADY_REGISTERED", "upn",
                      "a pupil with this UPN is registered already; use that record, or correct its UPN");
    }
    return BornAtAnotherTime(registered, on);
}

}  // namespace

Breach RuleAgainst(const events::v1::Fact& fact, const School& school, const Pupil& pupil) {
    switch (fact.pupil().fact_case()) {
        case events::v1::PupilFact::kRegistered:
            return CannotBeRegistered(fact.pupil().registered(), Day{OccurredDay(fact.occurred())}, school, pupil);
        case events::v1::PupilFact::FACT_NOT_SET:
            return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace throughline
