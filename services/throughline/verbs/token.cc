// token: makes a token for an actor of a synthetic store, from the issuer in its folder.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "services/auth/role_words.h"
#include "services/throughline/store_folder.h"
#include "services/throughline/verbs/terminal.h"
#include "services/throughline/verbs/verbs.h"

namespace throughline {
namespace {

class Token final : public Verb {
  public:
    void AddSettings(CLI::App& app) override {
        app.add_option("--store", folder_.path, "Folder of the synthetic store; default ./var/dev.")
            ->type_name("FOLDER");
        app.add_option("--person", identity_.person_id, "Id of the person, 1 to 128 bytes.")
            ->type_name("ID")
            ->required();
        app.add_option("--name", identity_.name, "Name, as it should read in a timeline.")->type_name("NAME");
        app.add_option("--urn", identity_.urn, "URN of the school, 6 digits; for a member of staff.")->type_name("URN");
        app.add_option(
               "--role", roles_,
               fmt::format("A role at the school; several may be given. One of {}.", fmt::join(RoleWords(), ", ")))
            ->allow_extra_args(false)
            ->type_name("ROLE");
        app.add_flag("--operator", operator_, "An operator of the service instead of a member of staff.");
        app.add_flag("--service", service_, "Another service instead of a member of staff.");
        app.add_option("--hours", hours_, "Hours for which the token holds; default 12.")
            ->type_name("HOURS")
            ->check(CLI::Range(1, 24 * 366));
    }

    absl::Status Run() override {
        if (operator_ && service_) return absl::InvalidArgumentError("--operator or --service, not both");
        identity_.party = operator_ ? Party::kOperator : (service_ ? Party::kService : Party::kStaff);
        for (const std::string& word : roles_) {
            const auto role = ParseRoleWord(word);
            if (!role) {
                return absl::InvalidArgumentError(
                    fmt::format("there is no role \"{}\"; there are {}", word, fmt::join(RoleWords(), ", ")));
            }
            identity_.roles.push_back(*role);
        }
        const SystemClock clock;
        const absl::StatusOr<TokenIssuer> issuer = OpenIssuer(folder_, clock);
        if (!issuer.ok()) return issuer.status();
        const absl::StatusOr<std::string> token = issuer->Issue(identity_, std::chrono::hours(hours_));
        if (!token.ok()) {
            const std::string why(token.status().message());
            return absl::InvalidArgumentError("no such token can be made: " + why);
        }
        Print("{}\n", *token);
        return absl::OkStatus();
    }

  private:
    StoreFolder folder_{"var/dev"};
    Identity identity_;
    std::vector<std::string> roles_;
    bool operator_ = false;
    bool service_ = false;
    int hours_ = 12;
};

}  // namespace

std::unique_ptr<Verb> MakeToken() {
    return std::make_unique<Token>();
}

}  // namespace throughline
