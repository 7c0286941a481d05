// What a command about a school says, as the fact that it would become; ids that it does not name are left empty.
#pragma once

#include "throughline/casework/v1/school_service.pb.h"
#include "throughline/events/v1/school.pb.h"

namespace throughline {

[[nodiscard]] events::v1::SchoolRegistered AsFact(const casework::v1::RegisterSchoolRequest& command);
[[nodiscard]] events::v1::StaffJoined AsFact(const casework::v1::AddMemberOfStaffRequest& command);

}  // namespace throughline
