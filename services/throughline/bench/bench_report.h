// What a bench found, as a table for a person or as JSON for a program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "services/throughline/bench/answers.h"
#include "services/throughline/bench/bench_settings.h"
#include "services/throughline/bench/latencies.h"
#include "services/throughline/bench/load.h"

namespace throughline {

struct BenchReport {
    BenchSettings settings;
    LoadResult load;
    std::size_t request_bytes = 0;         ///< Of one request, where all have the same.
    RecordsRead read;                      ///< By reads and queries, warm-up included.
    std::optional<std::uint64_t> commits;  ///< Of the server from the first request to the last.
    std::optional<Latencies> disk_sync;
};

/// A line for each figure, with its unit. Figures that were not asked for are left out.
[[nodiscard]] std::string BenchTable(const BenchReport& report);

/// One object on one line; rates a second, latencies in microseconds.
[[nodiscard]] std::string BenchJson(const BenchReport& report);

}  // namespace throughline
