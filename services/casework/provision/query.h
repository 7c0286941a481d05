// Which facts a decision about a provision depends on.
#pragma once

#include <string>

#include "eventstore/base/tags.h"
#include "services/casework/fact_query.h"

namespace throughline {

/// The school, for opening a provision in it.
[[nodiscard]] inline Query OpeningQuery(const std::string& school_id) {
    return {{FactsAbout<events::v1::SchoolRegistered>({MakeTag("school", school_id)})}};
}

/// One provision with all its strands.
[[nodiscard]] inline Query ProvisionQuery(const std::string& provision_id) {
    return {{AllFactsAbout<events::v1::ProvisionFact>({MakeTag("provision", provision_id)})}};
}

}  // namespace throughline
