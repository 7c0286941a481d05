// Each rule says what to do instead.
#include "services/casework/pupil/rules.h"

namespace throughline {

Breach RuleAgainst(const events::v1::PupilFact& fact, const School& school, const Pupil& pupil) {
    switch (fact.fact_case()) {
        case events::v1::PupilFact::kRegistered:
            if (!school.registered()) {
                return Refuse("SCHOOL_NOT_REGISTERED", fact.registered().school_id(), "register the school first");
            }
            // Which pupil it is, and in which school, is not said: the caller may belong to another one.
            if (pupil.registered()) {
                return Refuse("UPN_ALREADY_REGISTERED", "upn",
                              "a pupil with this UPN is registered already; use that record, or correct its UPN");
            }
            return std::nullopt;
        case events::v1::PupilFact::FACT_NOT_SET:
            return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace throughline
