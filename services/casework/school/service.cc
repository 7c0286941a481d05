// Hands each command to the shell.
#include "services/casework/school/service.h"

#include "services/casework/access.h"
#include "services/casework/school/decide.h"
#include "services/casework/school/evolve.h"
#include "services/casework/school/query.h"
#include "services/casework/school/request.h"
#include "services/casework/shell/run_command.h"

namespace throughline {

SchoolService::SchoolService(const Shell& shell) : shell_(shell) {}

grpc::Status SchoolService::RegisterSchool(grpc::ServerContext* context,
                                           const casework::v1::RegisterSchoolRequest* request,
                                           casework::v1::RegisterSchoolResponse* response) {
    Steps steps;
    steps.check = [&](FieldChecks& fields) { Check(*request, fields); };
    steps.query = [&](HeaderLookup&, CommandContext& asked) -> absl::StatusOr<Query> {
        if (absl::Status status = OperatorsOnly(asked); !status.ok()) return status;
        // A crash after this leaves a subject without facts; the next registration of the URN finds and uses it.
        const absl::StatusOr<SubjectId> school =
            shell_.subjects().GetOrCreate(eventstore::v1::SUBJECT_KIND_SCHOOL, request->urn());
        if (!school.ok()) return school.status();
        asked.new_id = ToString(*school);
        return SchoolQuery(asked.new_id);
    };
    steps.decide = [&](std::span<const EffectiveFact> history,
                       const CommandContext& asked) -> absl::StatusOr<Decision> {
        return Decide(Fold<School>(history), *request, asked);
    };
    return Run(shell_, *context, *request, *response, steps);
}

grpc::Status SchoolService::AddMemberOfStaff(grpc::ServerContext* context,
                                             const casework::v1::AddMemberOfStaffRequest* request,
                                             casework::v1::AddMemberOfStaffResponse* response) {
    return RunCommand<School>(shell_, *context, *request, *response);
}

}  // namespace throughline
