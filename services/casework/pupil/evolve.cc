// One case a fact.
#include "services/casework/pupil/evolve.h"

#include "services/casework/school/evolve.h"

namespace throughline {

void Evolve(Pupil& pupil, const events::v1::PupilFact& fact) {
    switch (fact.fact_case()) {
        case events::v1::PupilFact::kRegistered:
            pupil.pupil_id = fact.registered().pupil_id();
            pupil.school_id = fact.registered().school_id();
            pupil.upn = fact.registered().upn();
            if (fact.registered().has_date_of_birth()) pupil.born = ToDay(fact.registered().date_of_birth());
            return;
        case events::v1::PupilFact::FACT_NOT_SET:
            return;
    }
}

void Evolve(PupilState& state, const events::v1::Fact& fact) {
    Evolve(state.school, fact);
    if (fact.has_pupil()) Evolve(state.pupil, fact.pupil());
}

}  // namespace throughline
