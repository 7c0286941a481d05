// Reads a story's YAML strictly: an unknown key is a mistake, and every mistake names its line.
#include "services/throughline/play/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <set>
#include <sstream>
#include <stdexcept>

namespace throughline {
namespace {

// Thrown and caught inside this file only: yaml-cpp throws in the same places.
class StoryError : public std::runtime_error {
  public:
    StoryError(const YAML::Node& where, const std::string& text)
        : std::runtime_error(fmt::format("line {}: {}", where.Mark().line + 1, text)) {}
};

void AllowOnly(const YAML::Node& map, std::initializer_list<std::string_view> keys) {
    if (!map.IsMap()) throw StoryError(map, "a map of keys and values should stand here");
    for (const auto& entry : map) {
        const auto key = entry.first.as<std::string>();
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
            throw StoryError(entry.first, fmt::format("'{}' is not a key that can stand here", key));
        }
    }
}

std::string TextOf(const YAML::Node& map, const char* key) {
    const YAML::Node value = map[key];
    if (!value) throw StoryError(map, fmt::format("'{}' is missing", key));
    if (!value.IsScalar()) throw StoryError(value, fmt::format("'{}' should be text", key));
    return value.Scalar();
}

std::string TextOr(const YAML::Node& map, const char* key, const std::string& otherwise) {
    return map[key] ? TextOf(map, key) : otherwise;
}

std::vector<std::string> ListOf(const YAML::Node& map, const char* key) {
    std::vector<std::string> items;
    for (const YAML::Node& item : map[key]) items.push_back(item.as<std::string>());
    return items;
}

Party PartyOf(const YAML::Node& actor) {
    const std::string party = TextOr(actor, "party", "staff");
    if (party == "staff") return Party::kStaff;
    if (party == "operator") return Party::kOperator;
    throw StoryError(actor["party"], fmt::format("'{}' is no party: staff or operator", party));
}

Identity ActorOf(const std::string& key, const YAML::Node& node) {
    AllowOnly(node, {"name", "person_id", "party", "roles", "urn"});
    Identity identity;
    identity.party = PartyOf(node);
    identity.name = TextOf(node, "name");
    identity.person_id = TextOr(node, "person_id", key);
    identity.urn = TextOr(node, "urn", "");
    for (const std::string& name : ListOf(node, "roles")) {
        events::v1::StaffRole role{};
        if (!events::v1::StaffRole_Parse("STAFF_ROLE_" + name, &role)) {
            throw StoryError(node["roles"], fmt::format("'{}' is no role: write for example SENCO", name));
        }
        identity.roles.push_back(role);
    }
    return identity;
}

Expectation ExpectationOf(const YAML::Node& node) {
    Expectation expect;
    if (!node) return expect;
    if (node.IsScalar()) {
        if (node.Scalar() != "ok") throw StoryError(node, "'expect' is ok, or a map with 'refused'");
        return expect;
    }
    AllowOnly(node, {"refused", "gaps"});
    expect.refused = true;
    expect.reason = TextOf(node, "refused");
    expect.gaps = ListOf(node, "gaps");
    return expect;
}

CallStep CallOf(const YAML::Node& node, int number, const Story& story) {
    AllowOnly(node, {"label", "as", "do", "with", "save", "expect", "say"});
    CallStep call;
    call.label = TextOr(node, "label", fmt::format("step {}", number));
    call.actor = TextOf(node, "as");
    if (!story.actors.contains(call.actor)) {
        throw StoryError(node["as"], fmt::format("'{}' is not among the actors", call.actor));
    }
    call.method = TextOf(node, "do");
    if (node["with"]) call.with = node["with"];
    call.say = TextOr(node, "say", call.method);
    call.expect = ExpectationOf(node["expect"]);
    if (node["save"]) {
        for (const auto& entry : node["save"]) {
            call.save.emplace(entry.first.as<std::string>(), entry.second.as<std::string>());
        }
    }
    return call;
}

Step StepOf(const YAML::Node& node, int number, const Story& story) {
    Step step{.number = number, .line = node.Mark().line + 1, .what = ClockStep{}};
    if (node.IsMap() && node["at"]) {
        AllowOnly(node, {"at"});
        const absl::StatusOr<Instant> to = ParseLondonTime(TextOf(node, "at"));
        if (!to.ok()) throw StoryError(node["at"], std::string(to.status().message()));
        step.what = ClockStep{*to};
    } else {
        step.what = CallOf(node, number, story);
    }
    return step;
}

Story StoryOf(const YAML::Node& root) {
    AllowOnly(root, {"title", "version", "source", "invented", "actors", "steps"});
    Story story;
    story.title = TextOf(root, "title");
    story.version = root["version"] ? root["version"].as<int>() : 1;
    story.source = TextOr(root, "source", "");
    story.invented = ListOf(root, "invented");
    for (const auto& entry : root["actors"]) {
        const auto key = entry.first.as<std::string>();
        story.actors.emplace(key, ActorOf(key, entry.second));
    }
    std::set<std::string> labels;
    for (const YAML::Node& node : root["steps"]) {
        const Step step = StepOf(node, static_cast<int>(story.steps.size()) + 1, story);
        if (const auto* call = std::get_if<CallStep>(&step.what); call && !labels.insert(call->label).second) {
            throw StoryError(node, fmt::format("another step is labelled '{}' already", call->label));
        }
        story.steps.push_back(step);
    }
    if (story.steps.empty()) throw StoryError(root, "a story has at least one step");
    return story;
}

}  // namespace

absl::StatusOr<Story> ParseStory(const std::string& text) {
    try {
        return StoryOf(YAML::Load(text));
    } catch (const YAML::Exception& error) {
        return absl::InvalidArgumentError(fmt::format("line {}: {}", error.mark.line + 1, error.msg));
    } catch (const std::exception& error) {
        return absl::InvalidArgumentError(error.what());
    }
}

absl::StatusOr<Story> LoadStory(const std::filesystem::path& path) {
    std::error_code unknown;
    if (std::filesystem::exists(path, unknown) && !std::filesystem::is_regular_file(path, unknown)) {
        return absl::InvalidArgumentError(
            fmt::format("{} is not a regular file; name the file of a story", path.string()));
    }
    std::ifstream file(path);
    if (!file) return absl::NotFoundError(fmt::format("there is no story at {}", path.string()));
    std::ostringstream text;
    text << file.rdbuf();
    absl::StatusOr<Story> story = ParseStory(text.str());
    if (!story.ok()) {
        return absl::InvalidArgumentError(fmt::format("{}: {}", path.string(), std::string(story.status().message())));
    }
    return story;
}

}  // namespace throughline
