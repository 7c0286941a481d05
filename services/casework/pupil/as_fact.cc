// Field by field, so that a new field of a request is missed by nobody who reads this.
#include "services/casework/pupil/as_fact.h"

#include "services/casework/field_checks.h"

namespace throughline {

events::v1::PupilRegistered AsFact(const casework::v1::RegisterPupilRequest& command) {
    events::v1::PupilRegistered fact;
    fact.set_school_id(CanonicalId(command.school_id()));
    fact.set_upn(command.upn());
    fact.set_given_name(command.given_name());
    fact.set_family_name(command.family_name());
    if (command.has_date_of_birth()) *fact.mutable_date_of_birth() = command.date_of_birth();
    fact.set_year_group(command.year_group());
    return fact;
}

}  // namespace throughline
