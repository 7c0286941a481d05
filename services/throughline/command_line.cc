// The greeting, the choice of a verb, and how an error reads in a terminal.
#include "services/throughline/command_line.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "services/throughline/verbs/terminal.h"

namespace throughline {
namespace {

constexpr std::string_view kVersion = "0.1.0";

std::string Greeting(std::span<const VerbEntry> verbs, const std::string& examples) {
    std::string text =
        fmt::format("throughline {}: the record of a school's internal alternative provision\n\n{}\nVerbs:\n\n",
                    kVersion, examples);
    for (const VerbEntry& verb : verbs) text += fmt::format("    {:<10} {}\n", verb.name, verb.summary);
    text += "\nthroughline VERB --help lists its settings, with units and defaults.\n";
    return text;
}

void Tell(const absl::Status& status) {
    const std::string message(status.message());
    Write(stderr, fmt::format("throughline: {}\n", message));
    for (const RuleViolation& rule : RuleViolationsOf(status)) {
        Write(stderr, fmt::format("  - {}{}{}: {}\n", rule.type, rule.subject.empty() ? "" : " ", rule.subject,
                                  rule.description));
    }
}

/// A reader who has seen enough is no failure: `throughline tail | head` is well.
ExitCode ExitOfOutput() {
    const int error = OutputError();
    if (error == 0 || error == EPIPE) return ExitCode::kOk;
    Write(stderr, fmt::format("throughline: cannot write the output: {}\n", std::generic_category().message(error)));
    return ExitCode::kIoError;
}

}  // namespace

ExitCode RunCommandLine(std::span<const VerbEntry> verbs, const std::string& examples,
                        const std::vector<std::string>& words, const Environment& environment) {
    if (words.empty() || words.front() == "--help" || words.front() == "help") {
        Write(stdout, Greeting(verbs, examples));
        return ExitOfOutput();
    }
    if (words.front() == "--version") {
        Print("throughline {}\n", kVersion);
        return ExitOfOutput();
    }
    const auto entry =
        std::find_if(verbs.begin(), verbs.end(), [&](const VerbEntry& verb) { return verb.name == words.front(); });
    if (entry == verbs.end()) {
        Write(stderr, fmt::format("throughline: there is no verb \"{}\"; throughline without arguments lists them\n",
                                  words.front()));
        return ExitCode::kUsage;
    }
    const std::unique_ptr<Verb> verb = entry->make();
    const auto read = ReadVerbSettings(*entry, *verb, verbs, {words.begin() + 1, words.end()}, environment);
    if (!read.ok()) {
        Tell(read.status());
        return ExitCodeOf(read.status());
    }
    if (read->help) {
        Write(stdout, *read->help);
        return ExitOfOutput();
    }
    const absl::Status status = verb->Run();
    if (status.ok()) return ExitOfOutput();
    std::fflush(stdout);
    Tell(status);
    return ExitCodeOf(status);
}

}  // namespace throughline
