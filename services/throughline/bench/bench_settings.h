// What a bench is told: which work, by how many callers, for how long.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "services/throughline/bench/append_template.h"

namespace CLI {
class App;
}

namespace throughline {

enum class BenchWork {
    kAppend,  ///< Conditional appends.
    kRead,    ///< The whole log, from its first record to its last.
    kQuery,   ///< The facts of one tag, of those that --spread appended.
    kEmpty,   ///< Calls that do nothing, with the bytes of an append or a query: what gRPC alone takes.
    kStall,   ///< Reads that stop after their first message.
};

struct BenchSettings {
    BenchWork work = BenchWork::kAppend;
    std::string work_word = "append";
    std::uint32_t callers = 1;
    /// That the callers share; never more than callers. With four, a call took least of two processors, for 64 callers
    /// and more a third less than with one; with eight no less again.
    std::uint32_t connections = 4;
    AppendShape shape;
    std::string condition;  ///< Empty: "tag", or "none" where tags are taken in turn.
    std::uint32_t subjects = 16;

    std::optional<double> seconds;
    std::optional<std::uint64_t> requests;
    std::optional<double> warm_up_s;

    bool sealed = false;
    bool subscribe = false;
    bool idle = false;
    std::uint64_t limit = 0;
    std::string like = "append";

    std::string output = "table";
    std::string metrics;      ///< Empty: commits are not counted.
    std::string sync_folder;  ///< Empty: the disk is not measured.
};

void AddBenchSettings(CLI::App& app, BenchSettings& settings);

/// Completes what depends on each other. INVALID_ARGUMENT where settings do not fit together; says which.
[[nodiscard]] absl::Status CompleteBenchSettings(BenchSettings& settings);

}  // namespace throughline
