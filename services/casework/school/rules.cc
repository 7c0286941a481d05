// Each rule says what to do instead.
#include "services/casework/school/rules.h"

#include <fmt/format.h>

namespace throughline {

Breach RuleAgainst(const events::v1::SchoolFact& fact, const School& school) {
    switch (fact.fact_case()) {
        case events::v1::SchoolFact::kRegistered:
            if (school.registered()) {
                return Refuse(
                    "URN_ALREADY_REGISTERED", school.school_id,
                    fmt::format("a school with this URN is registered already, as {}; use that one", school.school_id));
            }
            return std::nullopt;
        case events::v1::SchoolFact::kStaffJoined:
            if (!school.registered()) {
                return Refuse("SCHOOL_NOT_REGISTERED", fact.staff_joined().school_id(), "register the school first");
            }
            if (school.staff.contains(fact.staff_joined().person_id())) {
                return Refuse("STAFF_ALREADY_JOINED", school.school_id,
                              "a member of staff with this person id joined already; correct that entry instead");
            }
            return std::nullopt;
        case events::v1::SchoolFact::FACT_NOT_SET:
            return std::nullopt;
    }
    return std::nullopt;
}

Breach RuleAgainstChange(const events::v1::SchoolFact& from, const events::v1::SchoolFact& to) {
    if (from.has_registered() && from.registered().urn() != to.registered().urn()) {
        return Refuse("URN_IS_FIXED", "urn",
                      "the URN of a registered school cannot be corrected; annul the registration while nothing stands "
                      "on it, and register the school again");
    }
    return std::nullopt;
}

}  // namespace throughline
