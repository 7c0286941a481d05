// Flags of bench, and what must hold between them.
#include "services/throughline/bench/bench_settings.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "eventstore/base/limits.h"
#include "services/throughline/settings.h"

namespace throughline {
namespace {

constexpr double kSeconds = 5;
constexpr double kWarmUpSeconds = 1;
constexpr std::uint32_t kCallersMax = 4'096;
constexpr std::uint32_t kConnectionsMax = 256;
constexpr std::uint32_t kSubjectsMax = 10'000;
constexpr double kSecondsMax = 86'400;

const std::map<std::string, BenchWork> kWorks{{"append", BenchWork::kAppend},
                                              {"read", BenchWork::kRead},
                                              {"query", BenchWork::kQuery},
                                              {"empty", BenchWork::kEmpty},
                                              {"stall", BenchWork::kStall}};

const std::map<std::string, BenchCondition> kConditions{{"tag", BenchCondition::kTag},
                                                        {"type", BenchCondition::kType},
                                                        {"absent-type", BenchCondition::kAbsentType},
                                                        {"none", BenchCondition::kNone}};

void AddLoad(CLI::App& app, BenchSettings& settings) {
    app.add_option("--work", settings.work_word,
                   "append (the default); read: the whole log; query: the facts of one tag; empty: calls that do "
                   "nothing, to a server that has them; stall: reads that stop after their first message.")
        ->type_name("WORK")
        ->check(CLI::IsMember(kWorks));
    app.add_option("--callers", settings.callers, "Callers at a time, each with one request under way; default 1.")
        ->type_name("CALLERS")
        ->check(CLI::Range(1U, kCallersMax));
    app.add_option("--connections", settings.connections,
                   fmt::format("Connections that the callers share, never more than callers; default {}.",
                               settings.connections))
        ->type_name("CONNECTIONS")
        ->check(CLI::Range(1U, kConnectionsMax));
    app.add_option("--seconds", settings.seconds, fmt::format("Seconds to count for; default {}.", kSeconds))
        ->type_name("SECONDS")
        ->check(CLI::Range(0.01, kSecondsMax));
    app.add_option("--requests", settings.requests,
                   "Requests to send in all, instead of --seconds. The default for read: one for each caller.")
        ->type_name("REQUESTS")
        ->check(NoWholeNumber);
    app.add_option(
           "--warm-up", settings.warm_up_s,
           fmt::format("Seconds of load before counting; default {}, and none with --requests.", kWarmUpSeconds))
        ->type_name("SECONDS")
        ->check(CLI::Range(0.0, kSecondsMax));
}

void AddAppends(CLI::App& app, BenchSettings& settings) {
    AppendShape& shape = settings.shape;
    app.add_option("--facts", shape.facts, fmt::format("Facts a request; default {}.", shape.facts))
        ->type_name("FACTS")
        ->check(CLI::Range(std::size_t{1}, limits::kEventsPerAppendMax));
    app.add_option("--bytes", shape.bytes, fmt::format("Bytes of each body; default {}.", shape.bytes))
        ->type_name("BYTES")
        ->check(CLI::Range(std::size_t{0}, limits::kBodyBytesMax));
    app.add_option("--tags", shape.tags,
                   fmt::format("Tags of each fact, fresh ones of its own; default {}.", shape.tags))
        ->type_name("TAGS")
        ->check(CLI::Range(std::size_t{0}, limits::kTagsPerEventMax));
    app.add_flag("--one-tag", shape.one_tag, "The facts of a request share its tags.");
    app.add_option("--spread", shape.spread,
                   "Take tags in turn from so many, the same in every run, instead of fresh ones: neighbouring facts "
                   "have different tags, and the facts of one tag stand far apart. query asks for these.")
        ->type_name("TAGS")
        ->check(NoWholeNumber);
    app.add_option("--condition", settings.condition,
                   "What an append must find nothing of: tag (the default), any fact with the request's first tag; "
                   "type, any newer fact of the caller's own type; absent-type, any fact at all of a type that nobody "
                   "writes; none, the default with --spread.")
        ->type_name("CONDITION")
        ->check(CLI::IsMember(kConditions));
    app.add_option("--subjects", settings.subjects,
                   fmt::format("Subjects that the facts are about, made where they are missing; default {}.",
                               settings.subjects))
        ->type_name("SUBJECTS")
        ->check(CLI::Range(1U, kSubjectsMax));
}

void AddReads(CLI::App& app, BenchSettings& settings) {
    app.add_flag("--sealed", settings.sealed, "Read bodies as they are stored, without opening them.");
    app.add_option("--limit", settings.limit, "Read at most so many records; default: all.")
        ->type_name("RECORDS")
        ->check(NoWholeNumber);
    app.add_flag("--subscribe", settings.subscribe, "With stall: subscribe instead of reading.");
    app.add_flag("--idle", settings.idle, "With stall and --subscribe: to a tag that nobody writes.");
    app.add_option("--like", settings.like, "With empty: send the bytes of an append (the default) or a query.")
        ->type_name("WORK")
        ->check(CLI::IsMember({"append", "query"}));
}

void AddOutput(CLI::App& app, BenchSettings& settings) {
    app.add_option("--metrics", settings.metrics,
                   "Where the server serves its metrics, as it says when it starts: to tell syncs a request.")
        ->type_name("ADDRESS:PORT");
    app.add_option(
           "--sync-folder", settings.sync_folder,
           "Also measure the disk's own sync time, on a scratch file in this folder: 4 KiB appended and synced, "
           "before the load.")
        ->type_name("FOLDER");
    app.add_option("--output", settings.output, "table (the default) or json.")
        ->check(CLI::IsMember({"table", "json"}));
}

absl::Status CheckTogether(const BenchSettings& settings) {
    const AppendShape& shape = settings.shape;
    if (shape.condition == BenchCondition::kTag && shape.tags == 0) {
        return absl::InvalidArgumentError("--condition tag needs a tag: give --tags 1 or more, or another --condition");
    }
    if (shape.condition == BenchCondition::kTag && shape.spread != 0) {
        return absl::InvalidArgumentError(
            "--condition tag needs fresh tags, and --spread takes them in turn: give --condition none, or no --spread");
    }
    if (shape.one_tag && shape.spread != 0) {
        return absl::InvalidArgumentError("--one-tag and --spread are two ways to give tags: give one of them");
    }
    if (shape.spread != 0 && shape.tags == 0) {
        return absl::InvalidArgumentError("--spread needs a tag to each fact: give --tags 1 or more");
    }
    if (settings.idle && !(settings.work == BenchWork::kStall && settings.subscribe)) {
        return absl::InvalidArgumentError("--idle is about subscriptions: give --work stall --subscribe too");
    }
    return absl::OkStatus();
}

}  // namespace

void AddBenchSettings(CLI::App& app, BenchSettings& settings) {
    AddLoad(app, settings);
    AddAppends(app, settings);
    AddReads(app, settings);
    AddOutput(app, settings);
}

absl::Status CompleteBenchSettings(BenchSettings& settings) {
    settings.work = kWorks.at(settings.work_word);
    settings.connections = std::min(settings.connections, settings.callers);
    AppendShape& shape = settings.shape;
    if (settings.condition.empty()) settings.condition = shape.spread == 0 ? "tag" : "none";
    shape.condition = kConditions.at(settings.condition);
    if (absl::Status checked = CheckTogether(settings); !checked.ok()) return checked;
    if (settings.seconds && settings.requests) {
        return absl::InvalidArgumentError("--seconds and --requests are two ways to end: give one of them");
    }
    if (settings.requests && *settings.requests == 0) {
        return absl::InvalidArgumentError("--requests must be 1 or more");
    }
    if (settings.requests && settings.warm_up_s.value_or(0) > 0) {
        return absl::InvalidArgumentError("--requests counts from the first request: give no --warm-up");
    }
    if (settings.work == BenchWork::kQuery && shape.spread == 0) {
        return absl::InvalidArgumentError(
            "--work query needs --spread, the number of tags that were appended with the same --spread before");
    }
    if (settings.work == BenchWork::kStall && settings.requests) {
        return absl::InvalidArgumentError("--work stall takes --seconds, and no --requests");
    }
    if (settings.work == BenchWork::kRead && !settings.seconds && !settings.requests) {
        settings.requests = settings.callers;
    }
    if (!settings.requests && !settings.seconds) settings.seconds = kSeconds;
    if (!settings.warm_up_s) settings.warm_up_s = settings.requests ? 0 : kWarmUpSeconds;
    return absl::OkStatus();
}

}  // namespace throughline
