// What the process must and must not do as a whole: no core dumps, quick locks, and a clean stop on a signal.
#pragma once

#include <functional>
#include <thread>

namespace throughline {

/// No core dump, no debugger of the same user: memory holds keys and children's records. Writing to a closed pipe is an
/// error, not a signal; and no file takes the place of a closed stdout.
void HardenProcess();

/// As many open files as the machine allows: each table of a store is one or two, some fifty tables for a million
/// records.
void RaiseFileLimit();

/// The tables of a log are mapped into memory. Where the disk cannot give a page of one back, the process ends with
/// ExitCode::kIoError and says so on stderr, as it does for any other error of the disk: only a restart helps.
void EndOnLostPages();

/// Debian's abseil looks for deadlocks at each lock, which costs a twentieth of a gRPC server's time: here that watch
/// is for the thread sanitizer to keep.
void DropDeadlockWatch();

/// From now on SIGINT and SIGTERM wait until a StopSignals takes them. Call it before anything starts a thread: a
/// thread that was there before would still be ended by them, and the process with it.
void HoldStopSignals();

/// Calls `stop` on the first SIGINT or SIGTERM, from a thread of its own; HoldStopSignals() comes first. A second
/// signal ends the process at once.
class StopSignals {
  public:
    explicit StopSignals(std::function<void(int signal)> stop);
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

  private:
    std::function<void(int)> stop_;
    int wake_ = -1;
    std::thread thread_;
};

}  // namespace throughline
