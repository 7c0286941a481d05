// What a decision knows of a pupil.
#pragma once

#include <string>

#include "services/casework/school/state.h"

namespace throughline {

struct Pupil {
    std::string pupil_id;  ///< Empty until the pupil is registered.
    std::string school_id;
    std::string upn;

    [[nodiscard]] bool registered() const { return !pupil_id.empty(); }
};

/// All that registering a pupil depends on.
struct PupilState {
    School school;
    Pupil pupil;
};

}  // namespace throughline
