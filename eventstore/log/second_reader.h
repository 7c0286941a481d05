// A second pair of hands: while one thread reads half of what stands far apart, this one reads the other half.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/functional/any_invocable.h"

namespace throughline {

/// Has a thread of its own, which works for one read at a time. Safe from many threads.
class SecondReader {
  public:
    SecondReader();
    ~SecondReader();
    SecondReader(const SecondReader&) = delete;
    SecondReader& operator=(const SecondReader&) = delete;

    /// Begins `work` beside the caller, who must then call Finish(). False where it works for somebody else, and
    /// nothing was begun.
    [[nodiscard]] bool TryBegin(absl::AnyInvocable<void()> work);

    /// Waits until what the caller began is done.
    void Finish();

  private:
    void Run();

    std::mutex mutex_;
    std::condition_variable changed_;
    absl::AnyInvocable<void()> work_;
    bool taken_ = false;  // From TryBegin() to the end of Finish().
    bool done_ = false;
    bool closing_ = false;
    std::thread thread_;
};

}  // namespace throughline
