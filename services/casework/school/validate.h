// What the fields of facts about a school must be; for commands and for corrections alike.
#pragma once

#include "services/casework/field_checks.h"
#include "throughline/events/v1/school.pb.h"

namespace throughline {

void Validate(const events::v1::SchoolRegistered& fact, FieldChecks& fields);
void Validate(const events::v1::StaffJoined& fact, FieldChecks& fields);

/// Validates the one that is set, under its own name.
void Validate(const events::v1::SchoolFact& fact, FieldChecks& fields);

}  // namespace throughline
