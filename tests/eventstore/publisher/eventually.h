// Waiting in a test for what another thread does: as long as it takes, and not for ever.
#pragma once

#include <chrono>
#include <thread>

namespace throughline {

/// Whether `holds()` becomes true within `limit`.
template <class Condition>
[[nodiscard]] bool Eventually(const Condition& holds, std::chrono::seconds limit = std::chrono::seconds(30)) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

}  // namespace throughline
