// tail: reads the log from a position, and follows it.
#include <optional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "eventstore/base/status_details.h"
#include "services/throughline/settings.h"
#include "services/throughline/verbs/connection.h"
#include "services/throughline/verbs/record_json.h"
#include "services/throughline/verbs/terminal.h"
#include "services/throughline/verbs/verbs.h"
#include "throughline/eventstore/v1/event_log_service.grpc.pb.h"

namespace throughline {
namespace {

using Service = eventstore::v1::EventLogService;

std::string ShortType(std::string_view type) {
    return std::string(type.substr(type.rfind('.') + 1));
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& tags) {
    std::string text;
    for (const std::string& tag : tags) text += (text.empty() ? "" : " ") + tag;
    return text;
}

class Tail final : public Verb {
  public:
    void AddSettings(CLI::App& app) override {
        AddConnectionSettings(app, connection_);
        app.add_option("--from", from_, "First position to read; default: 0, the first record.")
            ->type_name("POSITION")
            ->check(NoWholeNumber);
        app.add_option("--limit", limit_, "At most so many records; default: all.")
            ->type_name("RECORDS")
            ->check(NoWholeNumber);
        app.add_flag("--follow", follow_, "Go on as records are added, until interrupted.");
        app.add_option("--tag", tags_, "Only records with this tag; several: with all of them. For example pupil:ID.")
            ->allow_extra_args(false)
            ->type_name("KIND:ID");
        app.add_option("--type", types_, "Only records of this type; several: of any of them.")
            ->allow_extra_args(false)
            ->type_name("TYPE");
        app.add_option("--output", output_, "table (the default), or jsonl: one object a record.")
            ->check(CLI::IsMember({"table", "jsonl"}));
    }

    absl::Status Run() override {
        const absl::StatusOr<Connection> connection = Connection::Open(connection_);
        if (!connection.ok()) return connection.status();
        stub_ = Service::NewStub(connection->channel());
        next_ = from_;
        if (output_ == "table") Print("{:>8}  {:<27}  {:<24}  {}\n", "POSITION", "RECORDED", "TYPE", "TAGS");
        if (!follow_) return Read(*connection);
        while (true) {
            const absl::Status ended = Follow(*connection);
            // Cut off for being slow, which a paused terminal is: go on where it was.
            if (ReasonOf(ended) != "SLOW_READER") return ended;
        }
    }

  private:
    [[nodiscard]] eventstore::v1::Query MakeQuery() const {
        eventstore::v1::Query query;
        if (tags_.empty() && types_.empty()) return query;
        eventstore::v1::QueryItem& item = *query.add_items();
        for (const std::string& tag : tags_) item.add_tags(tag);
        for (const std::string& type : types_) {
            item.add_types(type.find('.') == std::string::npos ? "throughline.events.v1." + type : type);
        }
        return query;
    }

    absl::Status Read(const Connection& connection) {
        eventstore::v1::ReadRequest request;
        *request.mutable_query() = MakeQuery();
        request.set_from(next_);
        request.set_limit(limit_);
        const auto call = connection.NewCall();
        const auto reader = stub_->Read(call.get(), request);
        eventstore::v1::ReadResponse response;
        return Show(*call, *reader, response);
    }

    absl::Status Follow(const Connection& connection) {
        eventstore::v1::SubscribeRequest request;
        *request.mutable_query() = MakeQuery();
        request.set_from(next_);
        const auto call = connection.NewCall(true);
        const auto reader = stub_->Subscribe(call.get(), request);
        eventstore::v1::SubscribeResponse response;
        return Show(*call, *reader, response);
    }

    template <class Reader, class Response>
    absl::Status Show(grpc::ClientContext& call, Reader& reader, Response& response) {
        while (reader.Read(&response)) {
            for (const eventstore::v1::ReadRecord& record : response.records()) {
                if (const absl::Status printed = ShowRecord(record); !printed.ok()) {
                    call.TryCancel();
                    return printed;
                }
                if (limit_ != 0 && ++printed_ == limit_) {
                    call.TryCancel();
                    return absl::OkStatus();
                }
            }
            // Whoever reads our output is gone.
            if (OutputError() != 0) {
                call.TryCancel();
                return absl::OkStatus();
            }
        }
        const grpc::Status status = reader.Finish();
        return status.ok() ? absl::OkStatus() : CallFailed(status, connection_);
    }

    absl::Status ShowRecord(const eventstore::v1::ReadRecord& record) {
        const absl::StatusOr<eventstore::v1::RecordHeader> header = HeaderOf(record);
        if (!header.ok()) return header.status();
        next_ = header->position() + 1;
        if (output_ == "table") {
            Print("{:>8}  {:<27}  {:<24}  {}{}\n", header->position(), InstantText(header->recorded_at_us()),
                  ShortType(header->type()), Harmless(Joined(header->tags())), record.erased() ? "  erased" : "");
            return absl::OkStatus();
        }
        const absl::StatusOr<std::string> json = RecordJson(record);
        if (!json.ok()) return json.status();
        Print("{}\n", *json);
        return absl::OkStatus();
    }

    ConnectionSettings connection_;
    std::uint64_t from_ = 0;
    std::uint64_t limit_ = 0;
    bool follow_ = false;
    std::vector<std::string> tags_;
    std::vector<std::string> types_;
    std::string output_ = "table";

    std::unique_ptr<Service::Stub> stub_;
    std::uint64_t next_ = 0;
    std::uint64_t printed_ = 0;
};

}  // namespace

std::unique_ptr<Verb> MakeTail() {
    return std::make_unique<Tail>();
}

}  // namespace throughline
