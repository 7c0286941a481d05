// status: how far the log goes, and how far each part that follows it has come.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "services/throughline/verbs/connection.h"
#include "services/throughline/verbs/message_json.h"
#include "services/throughline/verbs/terminal.h"
#include "services/throughline/verbs/verbs.h"
#include "throughline/views/v1/status_service.grpc.pb.h"

namespace throughline {
namespace {

std::string State(const views::v1::FollowerStatus& follower, std::uint64_t records) {
    if (!follower.trouble().empty()) return Harmless(follower.trouble());
    const std::uint64_t behind = records > follower.records() ? records - follower.records() : 0;
    return behind == 0 ? "up to date" : fmt::format("{} behind", behind);
}

void PrintTable(const views::v1::GetStatusResponse& status) {
    Print("store      {}{}\n", status.store_id(), status.synthetic() ? "  (synthetic: nobody in it exists)" : "");
    Print("records    {}\n", status.records());
    Print("writable   {}\n\n", status.writable() ? "yes" : "no: the disk is full; make room and it goes on by itself");
    std::vector<std::vector<std::string>> rows{{"FOLLOWER", "SOURCE", "VERSION", "RECORDS", "STATE"}};
    for (const views::v1::FollowerStatus& follower : status.followers()) {
        rows.push_back({follower.name(), follower.source(),
                        follower.version() == 0 ? "-" : std::to_string(follower.version()),
                        std::to_string(follower.records()), State(follower, status.records())});
    }
    Print("{}", AlignedTable(rows));
    for (const views::v1::FollowerStatus& follower : status.followers()) {
        for (const views::v1::ParkedGroup& parked : follower.parked()) {
            Print("{} stands still at {}: {}\n", follower.name(), Harmless(parked.group()), Harmless(parked.reason()));
        }
    }
}

class Status final : public Verb {
  public:
    void AddSettings(CLI::App& app) override {
        AddConnectionSettings(app, connection_);
        app.add_option("--output", output_, "table (the default) or json.")->check(CLI::IsMember({"table", "json"}));
    }

    absl::Status Run() override {
        const absl::StatusOr<Connection> connection = Connection::Open(connection_);
        if (!connection.ok()) return connection.status();
        views::v1::GetStatusResponse response;
        const auto call = connection->NewCall();
        const grpc::Status status =
            views::v1::StatusService::NewStub(connection->channel())->GetStatus(call.get(), {}, &response);
        if (!status.ok()) return CallFailed(status, connection_);
        if (output_ == "json") {
            Print("{}\n", MessageJson(response));
        } else {
            PrintTable(response);
        }
        return absl::OkStatus();
    }

  private:
    ConnectionSettings connection_;
    std::string output_ = "table";
};

}  // namespace

std::unique_ptr<Verb> MakeStatus() {
    return std::make_unique<Status>();
}

}  // namespace throughline
