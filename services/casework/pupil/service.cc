// Hands each command to the shell.
#include "services/casework/pupil/service.h"

#include "services/casework/access.h"
#include "services/casework/pupil/as_fact.h"
#include "services/casework/pupil/decide.h"
#include "services/casework/pupil/evolve.h"
#include "services/casework/pupil/query.h"
#include "services/casework/pupil/validate.h"
#include "services/casework/shell/run_command.h"

namespace throughline {

PupilService::PupilService(const Shell& shell, UpnLinks& links) : shell_(shell), links_(links) {}

grpc::Status PupilService::RegisterPupil(grpc::ServerContext* context,
                                         const casework::v1::RegisterPupilRequest* request,
                                         casework::v1::RegisterPupilResponse* response) {
    const std::string school_id = CanonicalId(request->school_id());
    Steps steps;
    steps.check = [&](FieldChecks& fields) {
        fields.Id("school_id", request->school_id());
        Validate(AsFact(*request), fields);
    };
    steps.query = [&](HeaderLookup& lookup, CommandContext& asked) -> absl::StatusOr<Query> {
        const auto school = lookup.First(TypeName<events::v1::SchoolRegistered>(), MakeTag("school", school_id));
        if (!school.ok()) return school.status();
        if (!school->has_value()) return Unknown("school", school_id);
        // Before a subject is made for the UPN: nobody makes one in another school.
        if (absl::Status status = MayActFor(school_id, asked); !status.ok()) return status;
        const absl::StatusOr<SubjectId> pupil = links_.SubjectOf(request->upn());
        if (!pupil.ok()) return pupil.status();
        asked.new_id = ToString(*pupil);
        return PupilQuery(asked.new_id, school_id);
    };
    steps.decide = [&](std::span<const EffectiveFact> history,
                       const CommandContext& asked) -> absl::StatusOr<Decision> {
        return Decide(Fold<PupilState>(history), *request, asked);
    };
    return Run(shell_, *context, *request, *response, steps);
}

}  // namespace throughline
