// play STORY: tells a story file to a synthetic store, through the public API alone.
#include <iostream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "services/throughline/play/player.h"
#include "services/throughline/store_folder.h"
#include "services/throughline/verbs/connection.h"
#include "services/throughline/verbs/verbs.h"

namespace throughline {
namespace {

class Play final : public Verb {
  public:
    void AddSettings(CLI::App& app) override {
        app.add_option("story", story_,
                       "File of the story, for example services/throughline/stories/first-referral.yaml.")
            ->type_name("")
            ->required();
        app.add_option(
               "--store", folder_.path,
               "Folder of the synthetic store that the server serves: its issuer makes the actors' tokens; default "
               "./var/dev.")
            ->type_name("FOLDER");
        AddAddressSettings(app, connection_);
        app.add_flag("--quiet", quiet_, "Only the summary.");
    }

    absl::Status Run() override {
        const absl::StatusOr<Story> story = LoadStory(story_);
        if (!story.ok()) return story.status();
        const SystemClock clock;
        const absl::StatusOr<TokenIssuer> issuer = OpenIssuer(folder_, clock);
        if (!issuer.ok()) return issuer.status();
        const absl::StatusOr<Connection> connection = Connection::Open(connection_);
        if (!connection.ok()) return connection.status();
        const PlayOptions options{
            .channel = connection->channel(),
            .issue_token = [&](const Identity& actor) { return issuer->Issue(actor, std::chrono::hours(1)); },
            .deadline = std::chrono::seconds(connection_.timeout_s),
            .quiet = quiet_};
        const absl::StatusOr<Tally> tally = PlayStory(*story, options, std::cout);
        std::cout.flush();
        return tally.status();
    }

  private:
    std::string story_;
    StoreFolder folder_{"var/dev"};
    ConnectionSettings connection_;
    bool quiet_ = false;
};

}  // namespace

std::unique_ptr<Verb> MakePlay() {
    return std::make_unique<Play>();
}

}  // namespace throughline
