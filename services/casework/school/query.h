// Which facts a decision about a school depends on.
#pragma once

#include <string>

#include "eventstore/base/tags.h"
#include "services/casework/fact_query.h"

namespace throughline {

/// The school and its staff.
[[nodiscard]] inline Query SchoolQuery(const std::string& school_id) {
    return {{AllFactsAbout<events::v1::SchoolFact>({MakeTag("school", school_id)})}};
}

}  // namespace throughline
