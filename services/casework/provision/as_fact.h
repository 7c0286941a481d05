// What a command about a provision says, as the fact that it would become; ids that it does not name are left empty.
#pragma once

#include "throughline/casework/v1/provision_service.pb.h"
#include "throughline/events/v1/provision.pb.h"

namespace throughline {

[[nodiscard]] events::v1::ProvisionOpened AsFact(const casework::v1::OpenProvisionRequest& command);
[[nodiscard]] events::v1::StrandAdded AsFact(const casework::v1::AddStrandRequest& command);
[[nodiscard]] events::v1::ReferralCriteriaSet AsFact(const casework::v1::SetReferralCriteriaRequest& command);
[[nodiscard]] events::v1::OperatingModelSet AsFact(const casework::v1::SetOperatingModelRequest& command);

}  // namespace throughline
