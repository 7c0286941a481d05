// Linux calls: prctl, setrlimit, signalfd; and one of abseil's.
#include "services/throughline/process.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <string_view>

#include "absl/synchronization/mutex.h"
#include "services/throughline/exit_code.h"

namespace throughline {
namespace {

sigset_t StoppingSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

}  // namespace

void HardenProcess() {
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    umask(0077);
    std::signal(SIGPIPE, SIG_IGN);
    // Where one of the three is closed, the next file to be opened, of the store say, would get what is printed.
    // Opened for reading alone: printing fails as it should.
    for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; ++standard) {
        if (fcntl(standard, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0) _exit(1);
    }
}

void RaiseFileLimit() {
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

void EndOnLostPages() {
    struct sigaction action = {};
    // Only what POSIX allows in a handler: the thread may hold any lock.
    action.sa_handler = [](int /*signal*/) {
        constexpr std::string_view kWhy =
            "throughline: the disk did not give back a part of the store that was being read (SIGBUS); "
            "look at the disk and its messages, then start again\n";
        [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kWhy.data(), kWhy.size());
        _exit(static_cast<int>(ExitCode::kIoError));
    };
    sigaction(SIGBUS, &action, nullptr);
}

void DropDeadlockWatch() {
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

void HoldStopSignals() {
    const sigset_t signals = StoppingSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

StopSignals::StopSignals(std::function<void(int signal)> stop)
    : stop_(std::move(stop)), wake_(eventfd(0, EFD_CLOEXEC)) {
    thread_ = std::thread([this] {
        const sigset_t signals = StoppingSignals();
        const int source = signalfd(-1, &signals, SFD_CLOEXEC);
        std::array<pollfd, 2> waits{pollfd{.fd = source, .events = POLLIN, .revents = 0},
                                    pollfd{.fd = wake_, .events = POLLIN, .revents = 0}};
        for (bool first = true; poll(waits.data(), waits.size(), -1) >= 0 || errno == EINTR;) {
            if ((waits[1].revents & POLLIN) != 0) break;
            if ((waits[0].revents & POLLIN) == 0) continue;
            signalfd_siginfo info{};
            if (read(source, &info, sizeof info) != sizeof info) continue;
            if (!first) _exit(128 + static_cast<int>(info.ssi_signo));
            first = false;
            stop_(static_cast<int>(info.ssi_signo));
        }
        close(source);
    });
}

StopSignals::~StopSignals() {
    const std::uint64_t one = 1;
    if (write(wake_, &one, sizeof one) == sizeof one) thread_.join();
    close(wake_);
}

}  // namespace throughline
