// A load: callers that each send a request as soon as their last one was answered, all served by one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <grpcpp/completion_queue.h>

#include "absl/status/statusor.h"
#include "services/throughline/bench/latencies.h"
#include "services/throughline/bench/load_caller.h"
#include "services/throughline/verbs/connection.h"

namespace throughline {

struct LoadPlan {
    std::chrono::nanoseconds warm_up{0};  ///< Load before anything is counted.
    /// How long to count, and then to stop.
    std::optional<std::chrono::nanoseconds> time;
    /// How many requests to send in all; without a time. What is counted then begins with the first.
    std::optional<std::uint64_t> requests;
    /// The load has failed when nothing at all was answered for so long.
    std::chrono::nanoseconds patience{30'000'000'000};
};

/// What was counted.
struct LoadResult {
    std::uint64_t requests = 0;  ///< That were answered OK.
    std::uint64_t facts = 0;
    std::chrono::nanoseconds time{0};
    Latencies latencies;                          ///< Of the requests that were answered OK.
    std::map<std::string, std::uint64_t> errors;  ///< By code and reason: refusals, and answers that cannot be true.
    std::chrono::nanoseconds client_cpu{0};       ///< What this process used of the processors meanwhile.
    std::uint64_t requests_ever = 0;              ///< Answered OK, those before and after the counting included.
};

/// Runs a load to its end. Callers that the server refuses for now (RESOURCE_EXHAUSTED) rest for 10 ms, and
/// those whose condition fails (ABORTED) go on; any other error ends the load, and is returned as of
/// CallFailed().
///   DEADLINE_EXCEEDED   nothing was answered for as long as the plan's patience
[[nodiscard]] absl::StatusOr<LoadResult> RunLoad(grpc::CompletionQueue& queue,
                                                 std::span<const std::unique_ptr<LoadCaller>> callers,
                                                 const LoadPlan& plan, const ConnectionSettings& server);

}  // namespace throughline
