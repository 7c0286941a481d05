// What the fields of facts about a pupil must be; for commands and for corrections alike.
#pragma once

#include "services/casework/field_checks.h"
#include "throughline/events/v1/pupil.pb.h"

namespace throughline {

void Validate(const events::v1::PupilRegistered& fact, FieldChecks& fields);

/// Validates the one that is set, under its own name.
void Validate(const events::v1::PupilFact& fact, FieldChecks& fields);

}  // namespace throughline
