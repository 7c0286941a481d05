// Field by field, so that a new field of a request is missed by nobody who reads this.
#include "services/casework/school/as_fact.h"

#include "services/casework/field_checks.h"

namespace throughline {

events::v1::SchoolRegistered AsFact(const casework::v1::RegisterSchoolRequest& command) {
    events::v1::SchoolRegistered fact;
    fact.set_urn(command.urn());
    fact.set_name(command.name());
    fact.set_type(command.type());
    fact.set_phase(command.phase());
    fact.set_local_authority(command.local_authority());
    fact.set_trust(command.trust());
    return fact;
}

events::v1::StaffJoined AsFact(const casework::v1::AddMemberOfStaffRequest& command) {
    events::v1::StaffJoined fact;
    fact.set_school_id(CanonicalId(command.school_id()));
    fact.set_person_id(command.person_id());
    fact.set_name(command.name());
    *fact.mutable_roles() = command.roles();
    return fact;
}

}  // namespace throughline
