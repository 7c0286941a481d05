// The way of a query: credentials, fields, wait, work, answer.
#include "services/views/chronology_service.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace throughline {
namespace {

constexpr std::chrono::seconds kWaitWithoutDeadline(10);
constexpr std::chrono::seconds kWaitMax(60);
// Kept back from the caller's time, so that the answer that says how far the view has come still arrives.
constexpr std::chrono::milliseconds kAnswerMargin(100);

Waiters::Deadline WaitUntil(const grpc::CallbackServerContext& context) {
    using std::chrono::milliseconds;
    milliseconds wait = kWaitWithoutDeadline;
    if (const auto deadline = context.deadline(); deadline != std::chrono::system_clock::time_point::max()) {
        const auto left = deadline - std::chrono::system_clock::now();
        wait = left > kWaitMax ? milliseconds(kWaitMax) : std::chrono::duration_cast<milliseconds>(left);
        wait -= std::min(kAnswerMargin, wait / 5);
    }
    return std::chrono::steady_clock::now() + wait;
}

}  // namespace

ChronologyService::ChronologyService(const Authenticator& authenticator, const ChronologyQuery& query, Runner& runner,
                                     Workers& workers)
    : authenticator_(authenticator), query_(query), runner_(runner), workers_(workers) {}

void ChronologyService::Work(DeferredCall* call, std::function<absl::Status()> work) {
    const absl::Status taken = workers_.Submit([call, work = std::move(work)] { call->Answer(work()); });
    if (!taken.ok()) call->Answer(taken);
}

grpc::ServerUnaryReactor* ChronologyService::GetChronology(grpc::CallbackServerContext* context,
                                                           const views::v1::GetChronologyRequest* request,
                                                           views::v1::GetChronologyResponse* response) {
    auto* call = new DeferredCall;  // gRPC owns it until OnDone.
    absl::StatusOr<Identity> identity = authenticator_.Authenticate(*context);
    absl::StatusOr<ChronologyQuestion> question = query_.Check(*request);
    // Nobody learns from a refused field that the service would have listened.
    if (!identity.ok() || !question.ok()) {
        call->Answer(!identity.ok() ? identity.status() : question.status());
        return call;
    }
    // What was known on a past day is folded from the log itself: there is nothing to wait for.
    const Position seen = question->as_known_at ? Position{} : question->seen;
    auto answer = [this, response, identity = *std::move(identity), question = *std::move(question)]() -> absl::Status {
        absl::StatusOr<views::v1::GetChronologyResponse> page = query_.Answer(identity, question);
        if (page.ok()) response->Swap(&*page);
        return page.status();
    };
    const std::uint64_t ticket = runner_.WhenReached(
        seen, WaitUntil(*context), [this, call, answer = std::move(answer)](const absl::Status& reached) {
            if (!reached.ok()) return call->Answer(reached);
            Work(call, answer);
        });
    call->WhenCancelled([this, call, ticket] {
        if (runner_.CancelWait(ticket)) call->Answer(absl::CancelledError("the caller went away"));
    });
    return call;
}

grpc::ServerUnaryReactor* ChronologyService::FindPupil(grpc::CallbackServerContext* context,
                                                       const views::v1::FindPupilRequest* request,
                                                       views::v1::FindPupilResponse* response) {
    auto* call = new DeferredCall;  // gRPC owns it until OnDone.
    absl::StatusOr<Identity> identity = authenticator_.Authenticate(*context);
    if (!identity.ok()) {
        call->Answer(identity.status());
        return call;
    }
    Work(call, [this, request, response, identity = *std::move(identity)]() -> absl::Status {
        const absl::StatusOr<SubjectId> pupil = query_.FindPupil(identity, request->upn());
        if (pupil.ok()) response->set_pupil_id(ToString(*pupil));
        return pupil.status();
    });
    return call;
}

}  // namespace throughline
