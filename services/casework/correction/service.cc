// Hands each command to the shell, and keeps the UPN's link in step with the facts.
#include "services/casework/correction/service.h"

#include <mutex>
#include <string>

#include "services/casework/correction/decide.h"
#include "services/casework/correction/entry_place.h"
#include "services/casework/correction/validate.h"
#include "services/casework/shell/run_command.h"

namespace throughline {
namespace {

/// The UPN that an entry gives; empty where it is not a pupil's registration.
std::string UpnIn(const events::v1::Fact& fact) {
    return fact.pupil().registered().upn();
}

std::string UpnOfEntry(std::span<const EffectiveFact> history, const std::string& event_id) {
    const EffectiveFact* entry = FindEntryIn(history, event_id);
    return entry == nullptr || !entry->fact ? std::string{} : UpnIn(*entry->fact);
}

}  // namespace

CorrectionService::CorrectionService(const Shell& shell, UpnLinks& links) : shell_(shell), links_(links) {}

grpc::Status CorrectionService::CorrectFact(grpc::ServerContext* context,
                                            const casework::v1::CorrectFactRequest* request,
                                            casework::v1::CorrectFactResponse* response) {
    std::string upn_before;
    std::unique_lock<std::mutex> upn_moving;
    const std::string upn_after = UpnIn(request->corrected());
    Steps steps;
    steps.check = [&](FieldChecks& fields) { Check(*request, fields); };
    steps.query = [&](HeaderLookup& lookup, CommandContext& asked) -> absl::StatusOr<Query> {
        const auto place = FindEntry(CanonicalId(request->subject_id()), request->event_id(), lookup, asked);
        if (!place.ok()) return place.status();
        return CorrectionQuery(*place);
    };
    steps.decide = [&](std::span<const EffectiveFact> history,
                       const CommandContext& asked) -> absl::StatusOr<Decision> {
        upn_before = UpnOfEntry(history, request->event_id());
        return Decide(history, *request, asked);
    };
    steps.before_append = [&](const NewFacts& facts) {
        if (upn_before == upn_after) return absl::OkStatus();
        if (!upn_moving.owns_lock()) upn_moving = links_.Hold();
        return links_.Link(upn_after, SubjectId{ParseUuid(facts.front().subject_id).value_or(Uuid{})});
    };
    steps.after_append = [&](const NewFacts&) {
        if (upn_before != upn_after) links_.Unlink(upn_before);
    };
    return Run(shell_, *context, *request, *response, steps);
}

grpc::Status CorrectionService::AnnulFact(grpc::ServerContext* context, const casework::v1::AnnulFactRequest* request,
                                          casework::v1::AnnulFactResponse* response) {
    std::string upn;
    Steps steps;
    steps.check = [&](FieldChecks& fields) { Check(*request, fields); };
    steps.query = [&](HeaderLookup& lookup, CommandContext& asked) -> absl::StatusOr<Query> {
        const auto place = FindEntry(CanonicalId(request->subject_id()), request->event_id(), lookup, asked);
        if (!place.ok()) return place.status();
        return AnnulmentQuery(*place);
    };
    steps.decide = [&](std::span<const EffectiveFact> history,
                       const CommandContext& asked) -> absl::StatusOr<Decision> {
        upn = UpnOfEntry(history, request->event_id());
        return Decide(history, *request, asked);
    };
    steps.after_append = [&](const NewFacts&) {
        if (!upn.empty()) links_.Unlink(upn);
    };
    return Run(shell_, *context, *request, *response, steps);
}

}  // namespace throughline
