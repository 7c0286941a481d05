// How tests wait for a runner: for what it says, with a deadline, never for a fixed time.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <thread>

#include "projections/runner/runner.h"

namespace throughline {

/// Waits until the runner has taken in everything before `end`, at most ten seconds.
inline absl::Status WaitFor(Runner& runner, Position end) {
    auto done = std::make_shared<std::promise<absl::Status>>();
    std::future<absl::Status> answer = done->get_future();
    runner.WhenReached(end, std::chrono::steady_clock::now() + std::chrono::seconds(10),
                       [done](const absl::Status& status) { done->set_value(status); });
    return answer.get();
}

/// Asks again and again until it holds, at most ten seconds.
inline bool Eventually(const std::function<bool()>& holds) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!holds()) {
        if (until < std::chrono::steady_clock::now()) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

}  // namespace throughline
