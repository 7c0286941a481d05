// Limits as events/v1/pupil.proto states them.
#include "services/casework/pupil/validate.h"

#include "services/casework/pupil/upn.h"

namespace throughline {
namespace {

bool IsYearGroup(const std::string& text) {
    if (text == "R") return true;
    if (text.size() == 1) return text[0] >= '1' && text[0] <= '9';
    return text.size() == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '3';
}

}  // namespace

void Validate(const events::v1::PupilRegistered& fact, FieldChecks& fields) {
    fields.Require(IsUpn(fact.upn()), "upn",
                   "give the 13 characters of a unique pupil number, in capitals, whose check letter agrees");
    fields.Line("given_name", fact.given_name(), kName);
    fields.Line("family_name", fact.family_name(), kName);
    fields.PastDate("date_of_birth", fact.has_date_of_birth(), fact.date_of_birth());
    fields.Require(IsYearGroup(fact.year_group()), "year_group", "give R, or 1 to 13");
}

void Validate(const events::v1::PupilFact& fact, FieldChecks& fields) {
    switch (fact.fact_case()) {
        case events::v1::PupilFact::kRegistered: {
            FieldChecks nested = fields.In("registered");
            return Validate(fact.registered(), nested);
        }
        case events::v1::PupilFact::FACT_NOT_SET:
            return fields.Require(false, "fact", "say what happened");
    }
}

}  // namespace throughline
