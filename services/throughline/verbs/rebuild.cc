// rebuild VIEW: builds a view anew from the first record.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "services/throughline/verbs/connection.h"
#include "services/throughline/verbs/terminal.h"
#include "services/throughline/verbs/verbs.h"
#include "throughline/views/v1/status_service.grpc.pb.h"

namespace throughline {
namespace {

class Rebuild final : public Verb {
  public:
    Rebuild() { connection_.timeout_s = 3'600; }

    void AddSettings(CLI::App& app) override {
        app.add_option("view", view_, "The view, for example chronology.")->type_name("")->required();
        AddConnectionSettings(app, connection_);
    }

    absl::Status Run() override {
        const absl::StatusOr<Connection> connection = Connection::Open(connection_);
        if (!connection.ok()) return connection.status();
        views::v1::RebuildViewRequest request;
        request.set_view(view_);
        views::v1::RebuildViewResponse response;
        const auto call = connection->NewCall();
        const grpc::Status status =
            views::v1::StatusService::NewStub(connection->channel())->RebuildView(call.get(), request, &response);
        if (!status.ok()) return CallFailed(status, connection_);
        Print("{} was built anew from {} records\n", view_, response.records());
        return absl::OkStatus();
    }

  private:
    ConnectionSettings connection_;
    std::string view_;
};

}  // namespace

std::unique_ptr<Verb> MakeRebuild() {
    return std::make_unique<Rebuild>();
}

}  // namespace throughline
