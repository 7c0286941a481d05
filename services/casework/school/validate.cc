// Limits as events/v1/school.proto states them.
#include "services/casework/school/validate.h"

#include <fmt/format.h>

namespace throughline {
namespace {

constexpr std::size_t kPersonIdBytesMax = 128;

}  // namespace

void Validate(const events::v1::SchoolRegistered& fact, FieldChecks& fields) {
    fields.Digits("urn", fact.urn(), 6);
    fields.Line("name", fact.name(), kFullName);
    fields.Choice("type", fact.type());
    fields.Choice("phase", fact.phase());
    fields.Digits("local_authority", fact.local_authority(), 3);
    fields.Line("trust", fact.trust(), {0, kFullName.max});
}

void Validate(const events::v1::StaffJoined& fact, FieldChecks& fields) {
    fields.Line("person_id", fact.person_id(), {1, kPersonIdBytesMax});
    fields.Require(fact.person_id().size() <= kPersonIdBytesMax, "person_id",
                   fmt::format("give at most {} bytes", kPersonIdBytesMax));
    fields.Line("name", fact.name(), kFullName);
    fields.Choices<events::v1::StaffRole>("roles", fact.roles(), 1);
}

void Validate(const events::v1::SchoolFact& fact, FieldChecks& fields) {
    switch (fact.fact_case()) {
        case events::v1::SchoolFact::kRegistered: {
            FieldChecks nested = fields.In("registered");
            return Validate(fact.registered(), nested);
        }
        case events::v1::SchoolFact::kStaffJoined: {
            FieldChecks nested = fields.In("staff_joined");
            return Validate(fact.staff_joined(), nested);
        }
        case events::v1::SchoolFact::FACT_NOT_SET:
            return fields.Require(false, "fact", "say what happened");
    }
}

}  // namespace throughline
