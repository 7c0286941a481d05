// Signals, and the two ways in which a server ends.
#include "services/throughline/serving/run_server.h"

#include <unistd.h>

#include <cstdio>
#include <mutex>
#include <thread>

#include "services/throughline/exit_code.h"
#include "services/throughline/logging.h"
#include "services/throughline/process.h"

namespace throughline {
namespace {

/// Health checks and callers hear of it in this time; then the process is gone.
constexpr std::chrono::seconds kFarewell{1};

spdlog::level::level_enum LevelOf(const std::string& word) {
    return spdlog::level::from_str(word);
}

[[noreturn]] void ExitAtOnce(Serving& serving, const absl::Status& why) {
    // Crash-only: nothing is taken down in an orderly way that may hang on a disk which no longer answers.
    std::thread([&serving] { serving.Drain(); }).detach();
    std::this_thread::sleep_for(kFarewell);
    std::fflush(nullptr);
    _exit(static_cast<int>(why.code() == absl::StatusCode::kDataLoss ? ExitCode::kIntegrity : ExitCode::kIoError));
}

}  // namespace

absl::Status RunServer(const ServeSettings& settings, const std::function<absl::Status(Serving&)>& when_ready) {
    StartLogging(settings.log_format == "json" ? LogFormat::kJson : LogFormat::kText, LevelOf(settings.log_level));
    HoldStopSignals();
    std::mutex mutex;
    Serving* current = nullptr;
    bool asked = false;
    const StopSignals signals([&](int signal) {
        LogEvent(spdlog::level::info, "stopping", {{"signal", static_cast<std::int64_t>(signal)}});
        const std::lock_guard lock(mutex);
        asked = true;
        if (current != nullptr) current->AskToStop();
    });
    absl::StatusOr<std::unique_ptr<Serving>> serving = Serving::Open(settings);
    if (!serving.ok()) return serving.status();
    {
        const std::lock_guard lock(mutex);
        current = serving->get();
        if (asked) current->AskToStop();
    }
    absl::Status ended = when_ready(**serving);
    if (ended.ok()) {
        const absl::Status why = (*serving)->Wait();
        if (!why.ok()) ExitAtOnce(**serving, why);
    }
    {
        const std::lock_guard lock(mutex);
        current = nullptr;
    }
    serving->reset();
    LogEvent(spdlog::level::info, "stopped", {});
    return ended;
}

}  // namespace throughline
