// One case a fact.
#include "services/casework/school/evolve.h"

namespace throughline {

void Evolve(School& school, const events::v1::SchoolFact& fact) {
    switch (fact.fact_case()) {
        case events::v1::SchoolFact::kRegistered:
            school.school_id = fact.registered().school_id();
            school.urn = fact.registered().urn();
            return;
        case events::v1::SchoolFact::kStaffJoined:
            school.staff[fact.staff_joined().person_id()] = fact.staff_joined();
            return;
        case events::v1::SchoolFact::FACT_NOT_SET:
            return;
    }
}

void Evolve(School& school, const events::v1::Fact& fact) {
    if (fact.has_school()) Evolve(school, fact.school());
}

}  // namespace throughline
