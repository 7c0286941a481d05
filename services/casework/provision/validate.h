// What the fields of facts about a provision must be; for commands and for corrections alike.
#pragma once

#include "services/casework/field_checks.h"
#include "throughline/events/v1/provision.pb.h"

namespace throughline {

void Validate(const events::v1::ProvisionOpened& fact, FieldChecks& fields);
void Validate(const events::v1::StrandAdded& fact, FieldChecks& fields);
void Validate(const events::v1::ReferralCriteriaSet& fact, FieldChecks& fields);
void Validate(const events::v1::OperatingModelSet& fact, FieldChecks& fields);

/// Validates the one that is set, under its own name.
void Validate(const events::v1::ProvisionFact& fact, FieldChecks& fields);

}  // namespace throughline
