// Fields, query and permission of each command.
#include "services/casework/school/request.h"

#include "services/casework/access.h"
#include "services/casework/school/as_fact.h"
#include "services/casework/school/query.h"
#include "services/casework/school/validate.h"

namespace throughline {

void Check(const casework::v1::RegisterSchoolRequest& request, FieldChecks& fields) {
    Validate(AsFact(request), fields);
}

void Check(const casework::v1::AddMemberOfStaffRequest& request, FieldChecks& fields) {
    fields.Id("school_id", request.school_id());
    Validate(AsFact(request), fields);
}

absl::StatusOr<Query> QueryFor(const casework::v1::AddMemberOfStaffRequest& request, HeaderLookup& /*lookup*/,
                               const CommandContext& /*context*/) {
    return SchoolQuery(CanonicalId(request.school_id()));
}

absl::Status Admit(const School& school, const casework::v1::AddMemberOfStaffRequest& request,
                   const CommandContext& context) {
    if (!school.registered()) return Unknown("school", CanonicalId(request.school_id()));
    return MaySetUp(school.school_id, context);
}

}  // namespace throughline
