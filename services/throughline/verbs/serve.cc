// serve: serves a store that exists; it never makes one.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "services/throughline/serving/run_server.h"
#include "services/throughline/verbs/terminal.h"
#include "services/throughline/verbs/verbs.h"

namespace throughline {
namespace {

class Serve final : public Verb {
  public:
    void AddSettings(CLI::App& app) override {
        app.add_option("--store", settings_.store.path, "Folder of the store; make one with throughline init.")
            ->type_name("FOLDER")
            ->required();
        app.add_option("--key-file", settings_.key_file,
                       "File of the key that opens the store; default: the folder's name with .key, beside it.")
            ->type_name("FILE");
        app.add_flag("--synthetic", settings_.synthetic,
                     "Serve a store that is synthetic: for stories and tests. Without it such a store is refused.");
        AddServeSettings(app, settings_);
    }

    absl::Status Run() override {
        return RunServer(settings_, [](Serving& serving) {
            Print("grpc     {}\nmetrics  {}\n", serving.Address(), serving.MetricsAddress());
            std::fflush(stdout);
            return absl::OkStatus();
        });
    }

  private:
    ServeSettings settings_;
};

}  // namespace

std::unique_ptr<Verb> MakeServe() {
    return std::make_unique<Serve>();
}

}  // namespace throughline
