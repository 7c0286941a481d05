// timeline: a pupil's chronology, now or as it was known on a day past.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "services/throughline/verbs/connection.h"
#include "services/throughline/verbs/message_json.h"
#include "services/throughline/verbs/terminal.h"
#include "services/throughline/verbs/timeline_query.h"
#include "services/throughline/verbs/timeline_text.h"
#include "services/throughline/verbs/verbs.h"

namespace throughline {
namespace {

class Timeline final : public Verb {
  public:
    void AddSettings(CLI::App& app) override {
        AddConnectionSettings(app, connection_);
        app.add_option("--pupil", query_.pupil_id, "Id of the pupil; or give --upn.")->type_name("ID");
        app.add_option("--upn", query_.upn, "Unique pupil number, 13 characters; or give --pupil.")->type_name("UPN");
        app.add_option("--as-known-on", as_known_on_,
                       "As it was known at the end of a day (2026-03-12, in Europe/London), or now where it has not "
                       "ended; or at an instant (2026-03-12T15:30:00Z); default: now.")
            ->type_name("DATE|INSTANT");
        app.add_option("--consistency-token", query_.consistency_token,
                       "From a command's answer: wait until the timeline has seen what that command recorded.")
            ->type_name("TOKEN");
        app.add_option("--output", output_, "table (the default) or json.")->check(CLI::IsMember({"table", "json"}));
    }

    absl::Status Run() override {
        if (query_.pupil_id.empty() == query_.upn.empty()) {
            return absl::InvalidArgumentError("say which pupil: --pupil ID or --upn UPN, one of them");
        }
        if (!as_known_on_.empty()) {
            const absl::StatusOr<AsKnownOn> on = ParseAsKnownOn(as_known_on_);
            if (!on.ok()) return on.status();
            query_.as_known_on = *on;
        }
        const absl::StatusOr<Connection> connection = Connection::Open(connection_);
        if (!connection.ok()) return connection.status();
        const absl::StatusOr<views::v1::GetChronologyResponse> answer =
            AskForTimeline(*connection, connection_, query_);
        if (!answer.ok()) return answer.status();
        if (output_ == "json") {
            Print("{}\n", MessageJson(*answer));
            return absl::OkStatus();
        }
        const TimelineText text{.title = "Pupil " + (query_.pupil_id.empty() ? query_.upn : query_.pupil_id),
                                .synthetic = answer->synthetic(),
                                .entries = {answer->entries().begin(), answer->entries().end()},
                                .as_known = as_known_on_};
        Print("{}", ToText(text, Ink::For(stdout), TerminalWidth()));
        return absl::OkStatus();
    }

  private:
    ConnectionSettings connection_;
    TimelineQuery query_;
    std::string as_known_on_;
    std::string output_ = "table";
};

}  // namespace

std::unique_ptr<Verb> MakeTimeline() {
    return std::make_unique<Timeline>();
}

}  // namespace throughline
