// A bench from its settings to its report: connections, subjects, callers, the load, and what is asked before and
// after.
#pragma once

#include "absl/status/statusor.h"
#include "services/throughline/bench/bench_report.h"
#include "services/throughline/bench/bench_settings.h"
#include "services/throughline/verbs/connection.h"

namespace throughline {

/// Runs a bench against a server. `settings` are complete. Errors as RunLoad(), MeasureDiskSync() and ReadCommits(),
/// and
///   UNAVAILABLE           the server cannot be reached
///   FAILED_PRECONDITION   --condition type on an empty log: there is no position after which nothing may stand
///   DATA_LOSS             a position was given to two requests (POSITION_TWICE), or an answer cannot be true
[[nodiscard]] absl::StatusOr<BenchReport> RunBench(const BenchSettings& settings, const ConnectionSettings& server);

}  // namespace throughline
