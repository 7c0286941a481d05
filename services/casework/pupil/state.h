// What a decision knows of a pupil.
#pragma once

#include <optional>
#include <string>

#include "projections/history/civil_date.h"
#include "services/casework/school/state.h"

namespace throughline {

struct Pupil {
    std::string pupil_id;  ///< Empty until the pupil is registered.
    std::string school_id;
    std::string upn;
    std::optional<Day> born;  ///< Absent in a record that gives no date of birth.

    [[nodiscard]] bool registered() const { return !pupil_id.empty(); }
};

/// All that registering a pupil depends on.
struct PupilState {
    School school;
    Pupil pupil;
};

}  // namespace throughline
