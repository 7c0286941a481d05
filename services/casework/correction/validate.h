// What the fields of a whole fact must be: each aggregate's own checks, and the date.
#pragma once

#include "services/casework/field_checks.h"
#include "throughline/casework/v1/correction_service.pb.h"

namespace throughline {

/// A fact as a correction gives it: it says what happened, names no actor, and is not a correction itself.
void Validate(const events::v1::Fact& fact, FieldChecks& fields);

void Check(const casework::v1::CorrectFactRequest& request, FieldChecks& fields);
void Check(const casework::v1::AnnulFactRequest& request, FieldChecks& fields);

}  // namespace throughline
