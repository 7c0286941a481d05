// A commit is made of what came while the one before was under way: here, from the listener that is told of that one.
#include "tests/eventstore/log/either_log.h"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace throughline::testing {
namespace {

/// The answers to so many appends, given in any order and from any thread.
class Answers {
  public:
    explicit Answers(std::size_t count) : outcomes_(count, absl::UnknownError("not answered")), missing_(count) {}

    [[nodiscard]] AppendDone Place(std::size_t index) {
        return [this, index](absl::StatusOr<AppendOutcome> outcome) {
            const std::lock_guard lock(mutex_);
            outcomes_[index] = std::move(outcome);
            if (--missing_ == 0) all_.notify_one();
        };
    }

    [[nodiscard]] std::vector<absl::StatusOr<AppendOutcome>> Wait() {
        std::unique_lock lock(mutex_);
        all_.wait(lock, [this] { return missing_ == 0; });
        return outcomes_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable all_;
    std::vector<absl::StatusOr<AppendOutcome>> outcomes_;
    std::size_t missing_;
};

}  // namespace

EitherLog::EitherLog(Kind kind) {
    if (kind == Kind::kMemory) {
        memory_ = std::make_unique<MemoryLog>(*ground_.clock);
    } else {
        ground_.Open();
    }
}

void EitherLog::Restart() {
    if (ground_.log) ground_.Open();
}

std::vector<absl::StatusOr<AppendOutcome>> EitherLog::AppendTogether(std::vector<SealedAppend> appends) {
    Answers answers(appends.size());
    std::size_t begun = 0;
    const auto begin = [&] {
        const std::size_t index = begun++;
        log().BeginAppend(std::move(appends[index]), answers.Place(index));
    };
    std::shared_ptr<void> listening;
    if (ground_.log) {
        listening = log().Listen([&](Position) {
            while (begun < appends.size()) begin();
        });
    }
    begin();
    while (begun < appends.size()) begin();
    return answers.Wait();
}

}  // namespace throughline::testing
