// What a caller is, read from what their credentials say.
#include "services/auth/identity.h"

#include <algorithm>

namespace throughline {

bool Identity::Has(events::v1::StaffRole role) const {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
}

bool Identity::LeadsSchool() const {
    return Has(events::v1::STAFF_ROLE_SENIOR_LEADER) || Has(events::v1::STAFF_ROLE_HEADTEACHER);
}

events::v1::Actor Identity::ToActor() const {
    events::v1::Actor actor;
    actor.set_person_id(person_id);
    actor.set_name(name);
    for (const events::v1::StaffRole role : roles) actor.add_roles(role);
    actor.set_urn(urn);
    return actor;
}

}  // namespace throughline
