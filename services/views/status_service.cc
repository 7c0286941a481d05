// Gathers status from the log and from all that follow it.
#include "services/views/status_service.h"

#include <utility>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "services/views/viewing_rights.h"

namespace throughline {

StatusService::StatusService(const Authenticator& authenticator, StatusSources sources, Workers& workers)
    : authenticator_(authenticator), sources_(std::move(sources)), workers_(workers) {}

grpc::ServerUnaryReactor* StatusService::ForOperator(const grpc::CallbackServerContext& context,
                                                     std::function<absl::Status()> work) {
    auto* call = new DeferredCall;  // gRPC owns it until OnDone.
    const absl::StatusOr<Identity> identity = authenticator_.Authenticate(context);
    absl::Status status = identity.ok() ? OperatorOnly(*identity) : identity.status();
    if (status.ok()) status = workers_.Submit([call, work = std::move(work)] { call->Answer(work()); });
    if (!status.ok()) call->Answer(status);
    return call;
}

grpc::ServerUnaryReactor* StatusService::GetStatus(grpc::CallbackServerContext* context,
                                                   const views::v1::GetStatusRequest* /*request*/,
                                                   views::v1::GetStatusResponse* response) {
    return ForOperator(*context, [this, response]() -> absl::Status {
        response->set_store_id(ToString(sources_.log->StoreId()));
        response->set_synthetic(sources_.log->Synthetic());
        // Followers before the log, so that none ever seems to be ahead of it.
        for (const Runner* runner : sources_.views) *response->add_followers() = runner->Status();
        for (const auto& other : sources_.others) *response->add_followers() = other();
        response->set_records(ToUint64(sources_.log->End()));
        response->set_writable(sources_.writable());
        return absl::OkStatus();
    });
}

absl::StatusOr<Runner*> StatusService::Find(std::string_view view) const {
    std::string known;
    for (Runner* runner : sources_.views) {
        if (runner->view().Name() == view) return runner;
        known.append(known.empty() ? "" : ", ").append(runner->view().Name());
    }
    const FieldViolation bad{"view", fmt::format("one of: {}", known)};
    return BadRequestError({&bad, 1});
}

grpc::ServerUnaryReactor* StatusService::RebuildView(grpc::CallbackServerContext* context,
                                                     const views::v1::RebuildViewRequest* request,
                                                     views::v1::RebuildViewResponse* response) {
    return ForOperator(*context, [this, request, response]() -> absl::Status {
        const absl::StatusOr<Runner*> runner = Find(request->view());
        if (!runner.ok()) return runner.status();
        const absl::StatusOr<std::uint64_t> records = (*runner)->Rebuild();
        if (records.ok()) response->set_records(*records);
        return records.status();
    });
}

}  // namespace throughline
