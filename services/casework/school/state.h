// What a decision knows of a school and its staff.
#pragma once

#include <map>
#include <string>

#include "throughline/events/v1/school.pb.h"

namespace throughline {

struct School {
    std::string school_id;  ///< Empty until it is registered.
    std::string urn;
    std::map<std::string, events::v1::StaffJoined> staff;  ///< By person id.

    [[nodiscard]] bool registered() const { return !school_id.empty(); }
};

}  // namespace throughline
