// dev: one process, a synthetic store with sample data, and a greeting with commands that work.
#include <filesystem>

#include <fmt/format.h>
#include <google/protobuf/util/time_util.h>
#include <CLI/CLI.hpp>

#include "services/throughline/play/story.h"
#include "services/throughline/process.h"
#include "services/throughline/serving/run_server.h"
#include "services/throughline/verbs/examples.h"
#include "services/throughline/verbs/sample_data.h"
#include "services/throughline/verbs/sample_time.h"
#include "services/throughline/verbs/terminal.h"
#include "services/throughline/verbs/timeline_query.h"
#include "services/throughline/verbs/timeline_text.h"
#include "services/throughline/verbs/verbs.h"

namespace throughline {
namespace {

/// What is pasted into another terminal may run in another folder.
std::string FromAnywhere(const std::string& path) {
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(path, error);
    return error ? path : absolute.lexically_normal().string();
}

/// Where buf is: scripts/dev setup puts it under .deps.
std::string Buf() {
    std::error_code error;
    const std::string packaged = ".deps/node_modules/.bin/buf";
    return std::filesystem::exists(packaged, error) ? FromAnywhere(packaged) : "buf";
}

Instant SampleStart() {
    google::protobuf::Timestamp start;
    google::protobuf::util::TimeUtil::FromString(std::string(kSampleStart), &start);
    return FromMicros(google::protobuf::util::TimeUtil::TimestampToMicroseconds(start));
}

class Dev final : public Verb {
  public:
    void AddSettings(CLI::App& app) override {
        settings_.store.path = "var/dev";
        settings_.synthetic = true;
        settings_.reflection = true;
        settings_.log_format = "text";
        settings_.log_level = "warning";
        settings_.drain_s = 2;
        app.add_option(
               "--store", settings_.store.path,
               "Folder of the synthetic store, made where there is none and kept between runs; default ./var/dev.")
            ->type_name("FOLDER");
        app.add_option("--key-file", settings_.key_file,
                       "File of the key that opens the store; default: the folder's name with .key, beside it.")
            ->type_name("FILE");
        AddServeSettings(app, settings_);
    }

    absl::Status Run() override {
        HoldStopSignals();
        const absl::StatusOr<Story> story = ParseStory(std::string(PackagedStory()));
        if (!story.ok()) return story.status();
        if (settings_.key_file.empty()) settings_.key_file = settings_.store.DefaultKeyFile();
        const bool fresh = !settings_.store.Exists();
        if (fresh) {
            const absl::Status made = MakeStore({.folder = settings_.store,
                                                 .key_file = settings_.key_file,
                                                 .synthetic = true,
                                                 .synthetic_start = SampleStart()});
            if (!made.ok()) return made;
        }
        return RunServer(settings_, [&](Serving& serving) -> absl::Status {
            if (!serving.synthetic()) return BadSettings("the store is not synthetic; serve it with throughline serve");
            if (const absl::Status written = WriteTokens(*story, settings_.store); !written.ok()) return written;
            if (const absl::Status loaded = LoadSampleData(*story, serving, settings_.store); !loaded.ok())
                return loaded;
            return Greet(*story, serving, fresh);
        });
    }

  private:
    absl::Status Greet(const Story& story, Serving& serving, bool fresh) const {
        const SampleCast cast = CastOf(story);
        const std::string& store = settings_.store.path;
        const std::string staff = settings_.store.Token(cast.staff);
        Print("Throughline is up, with sample data; nobody in it exists.\n\n");
        Print("  grpc      {}\n", serving.Address());
        Print("  metrics   {}  (HTTP, /metrics)\n", serving.MetricsAddress());
        Print("  store     {}  ({}; its clock stands at {})\n", store, fresh ? "made just now" : "as it was left",
              LondonTimeText(serving.Now()));
        Print("  key file  {}\n", settings_.key_file);
        Print("  tokens    {}/*.jwt  (one for each of the cast; they hold for a week)\n\n", settings_.store.Tokens());
        Print("Paste one of these into another terminal:\n\n");
        Print(
            "  {} curl --protocol grpc --http2-prior-knowledge -H \"authorization: Bearer $(cat {})\" -d "
            "'{{\"upn\":\"{}\"}}' http://{}/throughline.views.v1.ChronologyService/FindPupil\n\n",
            Buf(), FromAnywhere(staff), cast.upn, serving.Address());
        Print("{}\n", ExampleQuestions(FromAnywhere(store), serving.Address()));
        if (const absl::Status shown = ShowTimeline(cast, staff, serving); !shown.ok()) {
            // The sample pupil may have been erased, or put right; the server is up all the same.
            Print("(The timeline of the sample data cannot be shown: {}.)\n\n", std::string(shown.message()));
        }
        Print(
            "Stop with Ctrl-C. The data stays in {}, and the next start goes on with it; to begin anew: rm -r {} {}\n",
            store, store, settings_.key_file);
        std::fflush(stdout);
        return absl::OkStatus();
    }

    absl::Status ShowTimeline(const SampleCast& cast, const std::string& token_file, Serving& serving) const {
        ConnectionSettings connection_settings;
        connection_settings.address = serving.Address();
        connection_settings.token_file = token_file;
        const absl::StatusOr<Connection> connection = Connection::Over(serving.InProcessChannel(), connection_settings);
        if (!connection.ok()) return connection.status();
        const auto answer = AskForTimeline(
            *connection, connection_settings,
            {.pupil_id = "", .upn = cast.upn, .as_known_on = {}, .consistency_token = serving.NowToken()});
        if (!answer.ok()) return answer.status();
        const TimelineText text{.title = "The timeline of pupil " + cast.upn,
                                .synthetic = answer->synthetic(),
                                .entries = {answer->entries().begin(), answer->entries().end()},
                                .as_known = ""};
        Print("{}", ToText(text, Ink::For(stdout), TerminalWidth()));
        return absl::OkStatus();
    }

    ServeSettings settings_;
};

}  // namespace

std::unique_ptr<Verb> MakeDev() {
    return std::make_unique<Dev>();
}

}  // namespace throughline
