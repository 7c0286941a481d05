// erase: destroys a pupil's key; with --dry-run it only says which copies that would reach.
#include <unistd.h>

#include <iostream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "services/throughline/verbs/connection.h"
#include "services/throughline/verbs/terminal.h"
#include "services/throughline/verbs/verbs.h"
#include "throughline/eventstore/v1/event_log_service.grpc.pb.h"
#include "throughline/eventstore/v1/vault_service.grpc.pb.h"

namespace throughline {
namespace {

class Erase final : public Verb {
  public:
    Erase() { connection_.timeout_s = 600; }

    void AddSettings(CLI::App& app) override {
        AddConnectionSettings(app, connection_);
        app.add_option("--pupil", pupil_, "Id of the pupil.")->type_name("ID")->required();
        app.add_option(
               "--ground", ground_,
               "Why, for example \"retention period ended\". It is kept for good, so it must not name anybody; 1 to "
               "2,000 characters.")
            ->type_name("TEXT")
            ->required();
        app.add_flag("--dry-run", dry_run_, "Only say what would be reached.");
        app.add_flag("--yes", yes_, "Do not ask. Needed where there is no terminal to ask at.");
    }

    absl::Status Run() override {
        const absl::StatusOr<Connection> connection = Connection::Open(connection_);
        if (!connection.ok()) return connection.status();
        if (!dry_run_ && !yes_) {
            if (isatty(STDIN_FILENO) != 1) {
                return absl::InvalidArgumentError("nothing was erased: there is no terminal to ask at, so give --yes");
            }
            const absl::StatusOr<Reach> reach = Ask(*connection, true);
            if (!reach.ok() || *reach == Reach::kNothing) return reach.status();
            if (!Agreed()) return absl::CancelledError("nothing was erased");
        }
        return Ask(*connection, dry_run_).status();
    }

  private:
    enum class Reach { kNothing, kRecords };

    absl::StatusOr<Reach> Ask(const Connection& connection, bool dry_run) const {
        const bool before = ErasedBefore(connection);
        eventstore::v1::EraseSubjectRequest request;
        request.set_subject_id(pupil_);
        request.set_ground(ground_);
        request.set_dry_run(dry_run);
        eventstore::v1::EraseSubjectResponse response;
        const auto call = connection.NewCall();
        const grpc::Status status =
            eventstore::v1::VaultService::NewStub(connection.channel())->EraseSubject(call.get(), request, &response);
        if (!status.ok()) return CallFailed(status, connection_);
        if (before) {
            Print("pupil {} was erased already; nothing was done\n", pupil_);
            return Reach::kNothing;
        }
        Print("{} {} records of pupil {}\n", dry_run ? "would erase the content of" : "erased the content of",
              response.records(), pupil_);
        for (const std::string& copy : response.copies()) Print("  - {}\n", Harmless(copy));
        std::fflush(stdout);
        return Reach::kRecords;
    }

    /// From the log, as repeating an erasure is answered like the first time. A caller who may not read asks in vain.
    [[nodiscard]] bool ErasedBefore(const Connection& connection) const {
        eventstore::v1::ReadRequest request;
        eventstore::v1::QueryItem& item = *request.mutable_query()->add_items();
        item.add_tags("pupil:" + pupil_);
        item.add_types("throughline.eventstore.v1.SubjectErased");
        request.set_limit(1);
        const auto stub = eventstore::v1::EventLogService::NewStub(connection.channel());
        const auto call = connection.NewCall();
        const auto reader = stub->Read(call.get(), request);
        bool found = false;
        for (eventstore::v1::ReadResponse response; reader->Read(&response);) found |= response.records_size() > 0;
        return reader->Finish().ok() && found;
    }

    [[nodiscard]] bool Agreed() const {
        Write(stderr, "This cannot be undone. Type the pupil's id again to erase: ");
        std::string typed;
        std::getline(std::cin, typed);
        return typed == pupil_;
    }

    ConnectionSettings connection_;
    std::string pupil_;
    std::string ground_;
    bool dry_run_ = false;
    bool yes_ = false;
};

}  // namespace

std::unique_ptr<Verb> MakeErase() {
    return std::make_unique<Erase>();
}

}  // namespace throughline
