// A second pair of hands: while the only thread that reads takes half of what stands far apart, this one takes the
// other half.
#pragma once

#include <atomic>
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

    /// Somebody who reads, for as long as this lives.
    class Reader {
      public:
        explicit Reader(SecondReader& second) : second_(second) { ++second_.readers_; }
        ~Reader() { --second_.readers_; }
        Reader(const Reader&) = delete;
        Reader& operator=(const Reader&) = delete;

      private:
        SecondReader& second_;
    };

    /// Begins `work` beside the caller, a Reader, who must then call Finish(). False where there are other readers, who
    /// have a use for the processors as they are, and nothing was begun.
    [[nodiscard]] bool TryBegin(absl::AnyInvocable<void()> work);

    /// Waits until what the caller began is done.
    void Finish();

  private:
    void Run();

    std::atomic<int> readers_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    absl::AnyInvocable<void()> work_;
    bool taken_ = false;  // From TryBegin() to the end of Finish().
    bool done_ = false;
    bool closing_ = false;
    std::thread thread_;
};

}  // namespace throughline
