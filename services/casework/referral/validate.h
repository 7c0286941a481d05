// What the fields of a referral's facts must be; for commands and for corrections alike.
#pragma once

#include "services/casework/field_checks.h"
#include "throughline/events/v1/referral.pb.h"

namespace throughline {

void Validate(const events::v1::ReferralRaised& fact, FieldChecks& fields);
void Validate(const events::v1::PriorSupportRecorded& fact, FieldChecks& fields);
void Validate(const events::v1::ProfessionalViewGiven& fact, FieldChecks& fields);
void Validate(const events::v1::ReferralAccepted& fact, FieldChecks& fields);
void Validate(const events::v1::ReferralDeclined& fact, FieldChecks& fields);

/// Validates the one that is set, under its own name.
void Validate(const events::v1::ReferralFact& fact, FieldChecks& fields);

}  // namespace throughline
