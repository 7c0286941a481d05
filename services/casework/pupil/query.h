// Which facts registering a pupil depends on.
#pragma once

#include <string>

#include "eventstore/base/tags.h"
#include "services/casework/fact_query.h"

namespace throughline {

/// The pupil's own registration.
[[nodiscard]] inline QueryItem RegistrationOf(const std::string& pupil_id) {
    return FactsAbout<events::v1::PupilRegistered>({MakeTag("pupil", pupil_id)});
}

/// The pupil's own registration and the school.
[[nodiscard]] inline Query PupilQuery(const std::string& pupil_id, const std::string& school_id) {
    return {{RegistrationOf(pupil_id), FactsAbout<events::v1::SchoolRegistered>({MakeTag("school", school_id)})}};
}

}  // namespace throughline
