// Which roles a person acts in: a head counts as a senior leader.
#pragma once

#include <algorithm>

#include "throughline/events/v1/actor.pb.h"

namespace throughline {

/// Whether somebody in `held` counts as `wanted`.
[[nodiscard]] inline bool CountsAs(int held, int wanted) {
    return held == wanted ||
           (held == events::v1::STAFF_ROLE_HEADTEACHER && wanted == events::v1::STAFF_ROLE_SENIOR_LEADER);
}

[[nodiscard]] inline bool ActsAs(const events::v1::Actor& actor, events::v1::StaffRole role) {
    return std::any_of(actor.roles().begin(), actor.roles().end(), [&](int held) { return CountsAs(held, role); });
}

/// Senior leader or head: may override a named gap.
[[nodiscard]] inline bool LeadsSchool(const events::v1::Actor& actor) {
    return ActsAs(actor, events::v1::STAFF_ROLE_SENIOR_LEADER);
}

}  // namespace throughline
