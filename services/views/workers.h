// A few threads for work that may block, so that the threads of gRPC never do.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"

namespace throughline {

/// Runs what it is given, in order, on a fixed number of threads. Safe from many threads.
class Workers {
  public:
    /// Enough for everybody who may wait for a view, as one commit can let them all go at once.
    static constexpr std::size_t kWaitingUsual = 2'048;

    explicit Workers(std::size_t threads, std::size_t waiting_max = kWaitingUsual);
    /// Does what waits, then ends.
    ~Workers();

    /// Takes work, without blocking. RESOURCE_EXHAUSTED with a hint when to come back where too much waits.
    [[nodiscard]] absl::Status Submit(std::function<void()> work);

  private:
    void Run();

    const std::size_t waiting_max_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> waiting_;
    bool ending_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace throughline
