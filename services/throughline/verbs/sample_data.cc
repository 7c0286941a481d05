// A file in the store's folder remembers that the story was told, so that a second start adds nothing to what was done
// since.
#include "services/throughline/verbs/sample_data.h"

#include <filesystem>
#include <sstream>

#include "services/throughline/play/player.h"

namespace throughline {
namespace {

constexpr std::chrono::hours kTokenTime{24 * 7};

std::string ToldFile(const StoreFolder& folder) {
    return folder.path + "/sample-data-loaded";
}

}  // namespace

SampleCast CastOf(const Story& story) {
    SampleCast cast;
    for (const auto& [name, identity] : story.actors) {
        std::string& part = identity.party == Party::kOperator ? cast.operator_ : cast.staff;
        if (part.empty() || identity.LeadsSchool()) part = name;
    }
    for (const Step& step : story.steps) {
        const auto* call = std::get_if<CallStep>(&step.what);
        if (call == nullptr || call->method != "PupilService.RegisterPupil" || !call->with["upn"]) continue;
        cast.upn = call->with["upn"].as<std::string>();
        break;
    }
    return cast;
}

absl::Status LoadSampleData(const Story& story, Serving& serving, const StoreFolder& folder) {
    std::error_code error;
    if (std::filesystem::exists(ToldFile(folder), error)) return absl::OkStatus();
    const SystemClock clock;
    const absl::StatusOr<TokenIssuer> issuer = OpenIssuer(folder, clock);
    if (!issuer.ok()) return issuer.status();
    const PlayOptions options{
        .channel = serving.InProcessChannel(),
        .issue_token = [&](const Identity& actor) { return issuer->Issue(actor, std::chrono::hours(1)); },
        .deadline = std::chrono::seconds(30),
        .quiet = true};
    std::ostringstream telling;
    const absl::StatusOr<Tally> tally = PlayStory(story, options, telling);
    if (!tally.ok()) return tally.status();
    return WritePrivateFile(ToldFile(folder), story.title + "\n");
}

absl::Status WriteTokens(const Story& story, const StoreFolder& folder) {
    const SystemClock clock;
    const absl::StatusOr<TokenIssuer> issuer = OpenIssuer(folder, clock);
    if (!issuer.ok()) return issuer.status();
    for (const auto& [name, identity] : story.actors) {
        const absl::StatusOr<std::string> token = issuer->Issue(identity, kTokenTime);
        if (!token.ok()) return token.status();
        if (const absl::Status written = WritePrivateFile(folder.Token(name), *token + "\n"); !written.ok())
            return written;
    }
    return absl::OkStatus();
}

}  // namespace throughline
