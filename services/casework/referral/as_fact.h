// What a command of a referral says, as the fact that it would become; ids that it does not name are left empty.
#pragma once

#include "throughline/casework/v1/referral_service.pb.h"
#include "throughline/events/v1/referral.pb.h"

namespace throughline {

[[nodiscard]] events::v1::ReferralRaised AsFact(const casework::v1::RaiseReferralRequest& command);
[[nodiscard]] events::v1::PriorSupportRecorded AsFact(const casework::v1::RecordPriorSupportRequest& command);
[[nodiscard]] events::v1::ProfessionalViewGiven AsFact(const casework::v1::GiveProfessionalViewRequest& command);
[[nodiscard]] events::v1::ReferralAccepted AsFact(const casework::v1::AcceptReferralRequest& command);
[[nodiscard]] events::v1::ReferralDeclined AsFact(const casework::v1::DeclineReferralRequest& command);

}  // namespace throughline
