// One loop over the completion queue: take an event, note what it ended, begin what comes next.
#include "services/throughline/bench/load.h"

#include <sys/resource.h>

#include <algorithm>

#include <fmt/format.h>

#include "eventstore/base/clock.h"
#include "eventstore/base/status_details.h"
#include "eventstore/server/grpc_status.h"

namespace throughline {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kRest{10};

std::chrono::nanoseconds CpuUsed() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto sum = [](const timeval& t) -> std::chrono::nanoseconds {
        return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
    };
    return sum(used.ru_utime) + sum(used.ru_stime);
}

std::string NameOf(const absl::Status& status) {
    const std::string reason = ReasonOf(status);
    const std::string code = absl::StatusCodeToString(status.code());
    return reason.empty() ? code : fmt::format("{} {}", code, reason);
}

class Load {
  public:
    Load(grpc::CompletionQueue& queue, std::span<const std::unique_ptr<LoadCaller>> callers, const LoadPlan& plan)
        : queue_(queue), callers_(callers), plan_(plan) {}

    absl::StatusOr<LoadResult> Run(const ConnectionSettings& server) {
        began_ = SteadyClock::now();
        began_unix_ms_ = ToMicros(SystemClock().Now()) / 1'000;
        count_from_ = began_ + (plan_.time ? plan_.warm_up : std::chrono::nanoseconds(0));
        count_until_ = plan_.time ? count_from_ + *plan_.time : SteadyClock::time_point::max();
        cpu_ = CpuUsed();
        last_ = began_;
        for (const auto& caller : callers_) BeginNext(*caller, began_);
        if (absl::Status served = Serve(); !served.ok()) return served;
        if (failure_) return CallFailed(*failure_, server);
        if (phase_ != Phase::kAfter) cpu_ = CpuUsed() - cpu_;
        result_.time = plan_.time ? *plan_.time : last_ - count_from_;
        result_.client_cpu = cpu_;
        return std::move(result_);
    }

  private:
    enum class Phase { kBefore, kCounting, kAfter };

    /// Takes events until no caller has one to come.
    absl::Status Serve() {
        while (under_way_ > 0) {
            void* tag = nullptr;
            bool ok = false;
            const auto until = std::chrono::system_clock::now() + plan_.patience;
            if (queue_.AsyncNext(&tag, &ok, until) == grpc::CompletionQueue::TIMEOUT) return GiveUp();
            auto& caller = *static_cast<LoadCaller*>(tag);
            const SteadyClock::time_point now = SteadyClock::now();
            const LoadCaller::Event event = caller.Take(ok);
            if (event == LoadCaller::Event::kWentOn) continue;
            --under_way_;
            EnterPhase(now);
            if (event == LoadCaller::Event::kEnded && !Note(caller, now)) continue;
            BeginNext(caller, now);
        }
        return absl::OkStatus();
    }

    /// Nothing is answered any more: the calls are cancelled, upon which gRPC gives every event back.
    absl::Status GiveUp() {
        const std::size_t waiting = under_way_;
        for (const auto& caller : callers_) caller->Cancel();
        void* tag = nullptr;
        bool ok = false;
        while (under_way_ > 0 && queue_.Next(&tag, &ok)) {
            if (static_cast<LoadCaller*>(tag)->Take(ok) != LoadCaller::Event::kWentOn) --under_way_;
        }
        const auto patience_s = std::chrono::duration_cast<std::chrono::seconds>(plan_.patience).count();
        return absl::DeadlineExceededError(
            fmt::format("{} callers wait, and none was answered for {} s; look at the server, or give a longer "
                        "--timeout",
                        waiting, patience_s));
    }

    void EnterPhase(SteadyClock::time_point now) {
        if (phase_ == Phase::kBefore && now >= count_from_) {
            phase_ = Phase::kCounting;
            if (plan_.time) cpu_ = CpuUsed();
        }
        if (phase_ == Phase::kCounting && now > count_until_) {
            phase_ = Phase::kAfter;
            cpu_ = CpuUsed() - cpu_;
        }
    }

    /// Counts what ended. False where the caller is not to begin anything now.
    bool Note(LoadCaller& caller, SteadyClock::time_point now) {
        const Exchange& exchange = caller.exchange();
        if (!exchange.status.ok()) return NoteRefusal(caller);
        ++result_.requests_ever;
        if (exchange.wrong != nullptr) {
            ++result_.errors[exchange.wrong];
        } else if (phase_ == Phase::kCounting) {
            ++result_.requests;
            result_.facts += exchange.facts;
            result_.latencies.Add(now - caller.began());
            last_ = now;
        }
        return true;
    }

    bool NoteRefusal(LoadCaller& caller) {
        const absl::Status refusal = FromGrpcStatus(caller.exchange().status);
        const bool full = refusal.code() == absl::StatusCode::kResourceExhausted;
        if (!full && refusal.code() != absl::StatusCode::kAborted) {
            if (!failure_) failure_ = caller.exchange().status;
            return false;
        }
        ++result_.errors[NameOf(refusal)];
        if (!full) return true;
        ++under_way_;
        caller.Rest(kRest);
        return false;
    }

    void BeginNext(LoadCaller& caller, SteadyClock::time_point now) {
        if (failure_ || phase_ == Phase::kAfter) return;
        if (plan_.requests && begun_ >= *plan_.requests) return;
        ++begun_;
        ++under_way_;
        const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(now - began_);
        caller.Begin(now, began_unix_ms_ + since.count());
    }

    grpc::CompletionQueue& queue_;
    const std::span<const std::unique_ptr<LoadCaller>> callers_;
    const LoadPlan& plan_;

    SteadyClock::time_point began_{};
    std::int64_t began_unix_ms_ = 0;
    SteadyClock::time_point count_from_{};
    SteadyClock::time_point count_until_{};
    SteadyClock::time_point last_{};
    Phase phase_ = Phase::kBefore;
    std::size_t under_way_ = 0;
    std::uint64_t begun_ = 0;
    std::chrono::nanoseconds cpu_{0};
    std::optional<grpc::Status> failure_;
    LoadResult result_;
};

}  // namespace

absl::StatusOr<LoadResult> RunLoad(grpc::CompletionQueue& queue, std::span<const std::unique_ptr<LoadCaller>> callers,
                                   const LoadPlan& plan, const ConnectionSettings& server) {
    return Load(queue, callers, plan).Run(server);
}

}  // namespace throughline
