// CLI11 as packaged lets the file win over the environment, so the three places are joined here: what the flags leave
// open is filled from the environment, then from the file, and the whole is parsed as one command line.
#include "services/throughline/settings.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

constexpr std::string_view kFileSetting = "settings";

/// Names of settings with the values that one place gives them.
using Values = std::map<std::string, std::vector<std::string>>;

void Prepare(CLI::App& app, std::string* settings_file) {
    app.set_help_flag("--help", "Show this text.");
    app.add_option("--settings", *settings_file, "File of settings, lines `name = \"value\"`.")->type_name("FILE");
}

std::vector<std::string> Names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            if (name != "help") names.push_back(name);
        }
    }
    return names;
}

/// What is wrong with a command line.
struct Wrong {
    std::string text;
    bool missing = false;  ///< Something that is required was given nowhere.
};

/// Parses; what is wrong, or nothing. CLI11 reports by exceptions, which end here.
std::optional<Wrong> Parse(CLI::App& app, std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());
    try {
        app.parse(arguments);
    } catch (const CLI::RequiredError& error) {
        return Wrong{error.what(), true};
    } catch (const CLI::ParseError& error) {
        return Wrong{error.what(), false};
    }
    return std::nullopt;
}

absl::StatusOr<Values> ReadFile(const std::string& path) {
    std::error_code error;
    if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error)) {
        return BadSettings(fmt::format("cannot read the settings file {}: it is not a regular file", path));
    }
    std::ifstream file(path);
    if (!file) return BadSettings(fmt::format("cannot read the settings file {}", path));
    Values values;
    try {
        for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_config(file)) {
            if (!item.parents.empty() || item.name == "++" || item.name == "--") {
                return BadSettings(
                    fmt::format("the settings file {} has sections; put `name = value` lines without", path));
            }
            values[item.name] = item.inputs;
        }
    } catch (const CLI::Error& wrong) {
        return BadSettings(fmt::format("cannot read the settings file {}: {}", path, wrong.what()));
    }
    return values;
}

std::set<std::string> NamesOfAll(std::span<const VerbEntry> all) {
    std::set<std::string> names;
    for (const VerbEntry& entry : all) {
        CLI::App app;
        std::string file;
        Prepare(app, &file);
        const std::unique_ptr<Verb> verb = entry.make();
        verb->AddSettings(app);
        for (std::string& name : Names(app)) names.insert(std::move(name));
    }
    return names;
}

/// What the flags leave open, as further flags.
struct Filled {
    std::vector<std::string> arguments;
    std::string sources;  ///< For messages.
};

absl::StatusOr<Filled> FillIn(const CLI::App& flags, std::string settings_file, std::span<const VerbEntry> all,
                              const Environment& environment) {
    if (settings_file.empty()) settings_file = environment(EnvironmentName(kFileSetting)).value_or("");
    Values from_file;
    if (!settings_file.empty()) {
        absl::StatusOr<Values> read = ReadFile(settings_file);
        if (!read.ok()) return read.status();
        from_file = *std::move(read);
        const std::set<std::string> known = NamesOfAll(all);
        for (const auto& [name, values] : from_file) {
            if (known.contains(name) && name != kFileSetting) continue;
            return BadSettings(fmt::format("the settings file {} has \"{}\", which is no setting; see --help of a verb",
                                           settings_file, name));
        }
    }
    Filled filled;
    for (const std::string& name : Names(flags)) {
        if (name == kFileSetting || flags.get_option("--" + name)->count() > 0) continue;
        if (const auto value = environment(EnvironmentName(name)); value && !value->empty()) {
            filled.arguments.push_back(fmt::format("--{}={}", name, *value));
            filled.sources += fmt::format(" {}", EnvironmentName(name));
        } else if (const auto found = from_file.find(name); found != from_file.end()) {
            for (const std::string& one : found->second) filled.arguments.push_back(fmt::format("--{}={}", name, one));
            filled.sources += fmt::format(" {}:{}", settings_file, name);
        }
    }
    return filled;
}

}  // namespace

absl::Status BadSettings(std::string_view text) {
    return WithReason(absl::InvalidArgumentError(std::string(text)), "BAD_SETTINGS");
}

Environment ProcessEnvironment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
}

std::string EnvironmentName(std::string_view setting) {
    std::string name = "THROUGHLINE_";
    for (const char c : setting) {
        name += c == '-' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    }
    return name;
}

std::string NoWholeNumber(const std::string& text) {
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end) return "";
    return fmt::format("\"{}\" is no whole number from 0 to {}", text, std::numeric_limits<std::uint64_t>::max());
}

absl::StatusOr<ReadSettings> ReadVerbSettings(const VerbEntry& entry, Verb& verb, std::span<const VerbEntry> all,
                                              const std::vector<std::string>& arguments,
                                              const Environment& environment) {
    const std::string title = fmt::format("throughline {}", entry.name);
    const std::string usage = fmt::format("; see throughline {} --help", entry.name);
    std::string settings_file;

    CLI::App flags(std::string(entry.summary), title);
    Prepare(flags, &settings_file);
    const std::unique_ptr<Verb> scratch = entry.make();
    scratch->AddSettings(flags);
    if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end()) {
        flags.footer(
            "Every setting is also a key of the settings file and an environment variable: --key-file is\n"
            "THROUGHLINE_KEY_FILE. Flags win over the environment, the environment over the file.");
        return ReadSettings{flags.help()};
    }
    // What the flags leave out may come from another place.
    for (CLI::Option* option : flags.get_options()) option->required(false);
    if (const auto wrong = Parse(flags, arguments)) return absl::InvalidArgumentError(wrong->text + usage);

    const absl::StatusOr<Filled> filled = FillIn(flags, settings_file, all, environment);
    if (!filled.ok()) return filled.status();
    std::vector<std::string> joined = filled->arguments;
    joined.insert(joined.end(), arguments.begin(), arguments.end());

    CLI::App whole(std::string(entry.summary), title);
    Prepare(whole, &settings_file);
    verb.AddSettings(whole);
    if (const auto wrong = Parse(whole, joined)) {
        if (wrong->missing) return absl::InvalidArgumentError(wrong->text + usage);
        return BadSettings(fmt::format("{} (from{}){}", wrong->text, filled->sources, usage));
    }
    return ReadSettings{};
}

}  // namespace throughline
