// What a command about a pupil says, as the fact that it would become; ids that it does not name are left empty.
#pragma once

#include "throughline/casework/v1/pupil_service.pb.h"
#include "throughline/events/v1/pupil.pb.h"

namespace throughline {

[[nodiscard]] events::v1::PupilRegistered AsFact(const casework::v1::RegisterPupilRequest& command);

}  // namespace throughline
