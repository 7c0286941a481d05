// Tells callers their outcomes on a thread of its own, so that the next commit need not wait for that.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/log/record_log.h"

namespace throughline {

/// An outcome and who is to be told.
struct Answer {
    AppendDone done;
    absl::StatusOr<AppendOutcome> outcome;
};

/// Safe from many threads.
class Answers {
  public:
    Answers();

    /// Tells what is left, then ends.
    ~Answers();

    Answers(const Answers&) = delete;
    Answers& operator=(const Answers&) = delete;

    /// Tells these, in order, soon.
    void Tell(std::vector<Answer> answers);

  private:
    void Run();

    std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<std::vector<Answer>> waiting_;
    bool closed_ = false;
    std::thread thread_;
};

}  // namespace throughline
